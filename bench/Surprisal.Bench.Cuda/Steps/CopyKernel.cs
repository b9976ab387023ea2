using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>A copy in pieces of 16 bytes, four in flight a thread: what memory gives, to compare losses with.</summary>
internal static class CopyKernel
{
    private const int Threads = 256, InFlight = 4;

    public static PtxModule Module { get; } = new("copy", [new("copy", Threads, 4, Write)]);

    /// <summary>Copies so many bytes, a multiple of 16.</summary>
    public static void Run(ICudaDevice device, ulong from, ulong to, long bytes)
    {
        var vectors = bytes / 16;
        device.Launch(Module, "copy", (int)((vectors + Threads * InFlight - 1) / (Threads * InFlight)), 0, from, to, (uint)vectors);
    }

    private static void Write(PtxWriter writer)
    {
        var (from, to, count) = (writer.Address("from"), writer.Address("to"), writer.Parameter<U32>("vectors"));
        var first = writer.Block() * (Threads * InFlight) + writer.Thread();
        Whole<U32>[] at = [.. Enumerable.Range(0, InFlight).Select(i => first + i * Threads)];
        writer.If(at[^1] < count, () =>
        {
            var values = Array.ConvertAll(at, i => writer.Load4(writer.At(from, i, 16)));
            for (var i = 0; i < InFlight; i++) writer.Store4(writer.At(to, at[i], 16), values[i]);
        }, () =>
        {
            foreach (var i in at) writer.If(i < count, () => writer.Store4(writer.At(to, i, 16), writer.Load4(writer.At(from, i, 16))));
        });
    }
}
