using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>
/// Device memory of one evaluation, given back together, also after an error, and at the latest by the garbage collector.
/// </summary>
internal sealed class DeviceScratch(ICudaDevice device) : IDisposable
{
    private readonly Stack<CudaMemory> pieces = [];

    public ulong Of(long bytes)
    {
        pieces.Push(new(device, bytes));
        return pieces.Peek().Start;
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
        while (pieces.TryPop(out var piece)) piece.Dispose();
    }
}
