using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>CUlaunchConfig: a launch with attributes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LaunchConfig
{
    public uint GridX, GridY, GridZ, BlockX, BlockY, BlockZ, SharedBytes;
    public nint Stream;
    public LaunchAttribute* Attributes;
    public uint Count;

    /// <summary>A launch in clusters; the attribute is where the caller keeps it.</summary>
    public static LaunchConfig Of(LaunchGrid grid, int threads, nint stream, LaunchAttribute* attribute)
    {
        *attribute = new() { Id = LaunchAttribute.Cluster, X = (uint)grid.Cluster, Y = 1, Z = 1 };
        return new()
        {
            GridX = (uint)grid.Blocks, GridY = 1, GridZ = 1, BlockX = (uint)threads, BlockY = 1, BlockZ = 1,
            SharedBytes = (uint)grid.SharedBytes, Stream = stream, Attributes = attribute, Count = 1,
        };
    }
}

/// <summary>CUlaunchAttribute with the extent of a cluster as its value.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
internal struct LaunchAttribute
{
    public const uint Cluster = 4;

    [FieldOffset(0)]
    public uint Id;

    [FieldOffset(8)]
    public uint X;

    [FieldOffset(12)]
    public uint Y;

    [FieldOffset(16)]
    public uint Z;
}
