using System.Diagnostics;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>Waits for every kernel and notes its time: where the time of an evaluation goes, not how long one takes.</summary>
internal sealed class TimedDevice : ICudaDevice, IDisposable
{
    private readonly ICudaDevice device;
    private readonly ulong probe;

    public TimedDevice(ICudaDevice device)
    {
        this.device = device;
        probe = device.Allocate(8);
        device.Write(probe, new byte[8]);
    }

    /// <summary>Milliseconds of each kernel, of the last time that it ran.</summary>
    public Dictionary<string, double> Times { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether rows may go through clusters of blocks, where the card has them.</summary>
    public bool UsesClusters { get; set; } = true;

    public PtxTarget Target => device.Target;

    public int Processors => device.Processors;

    public int MaxSharedBytes => device.MaxSharedBytes;

    public ulong Allocate(long bytes) => device.Allocate(bytes);

    public void Free(ulong address) => device.Free(address);

    public void Write(ulong address, ReadOnlySpan<byte> bytes) => device.Write(address, bytes);

    public void Read(ulong address, Span<byte> bytes) => device.Read(address, bytes);

    public void WaitFor(nint stream) => device.WaitFor(stream);

    public IBlas? FindBlas(bool isRequired) => device.FindBlas(isRequired);

    public bool HasClusters(PtxModule module, PtxKernel kernel, LaunchGrid grid) =>
        UsesClusters && device.HasClusters(module, kernel, grid);

    public void Launch(PtxModule module, PtxKernel kernel, LaunchGrid grid, params ReadOnlySpan<PtxArgument> arguments)
    {
        Finish();
        var start = Stopwatch.GetTimestamp();
        device.Launch(module, kernel, grid, arguments);
        Finish();
        Times[kernel.Name] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Waits for what was launched.</summary>
    public void Finish()
    {
        Span<byte> bytes = stackalloc byte[8];
        device.Read(probe, bytes);
    }

    public void Dispose() => device.Free(probe);
}
