using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>Device memory of one evaluation, given back together, also after an error.</summary>
internal sealed class DeviceScratch(ICudaDevice device) : IDisposable
{
    private readonly Stack<ulong> pieces = [];

    public ulong Of(long bytes)
    {
        pieces.Push(device.Allocate(bytes));
        return pieces.Peek();
    }

    /// <summary>Memory that holds these values.</summary>
    public ulong Of<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        var to = Of(bytes.Length);
        device.Write(to, bytes);
        return to;
    }

    public void Dispose()
    {
        while (pieces.TryPop(out var piece)) device.Free(piece);
    }
}
