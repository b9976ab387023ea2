using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>A copy in pieces of 16 bytes, four in flight a thread: what memory gives, to compare losses with.</summary>
internal static class CopyKernel
{
    private const int Threads = 256;

    public static PtxModule Module { get; } = new("copy", [new("copy", Threads, 4, Write)]);

    /// <summary>Copies so many bytes, a multiple of 16.</summary>
    public static void Run(ICudaDevice device, ulong from, ulong to, long bytes)
    {
        var vectors = bytes / 16;
        device.Launch(Module, "copy", (int)((vectors + Threads * 4 - 1) / (Threads * 4)), 0, from, to, (uint)vectors);
    }

    private static void Write(PtxWriter writer)
    {
        var (from, to, count) = (writer.Address("from"), writer.Address("to"), writer.Parameter<U32>("vectors"));
        writer.Four(Threads, count, at =>
        {
            var values = Array.ConvertAll(at, i => writer.Load4(writer.At(from, i, 16)));
            for (var i = 0; i < at.Length; i++) writer.Store4(writer.At(to, at[i], 16), values[i]);
        });
    }
}
