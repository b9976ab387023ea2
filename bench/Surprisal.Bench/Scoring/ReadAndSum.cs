using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Surprisal.Bench.Scoring;

/// <summary>The least that a program can do with a file of floats: all threads read its blocks and add the numbers.</summary>
internal static class ReadAndSum
{
    private const int BlockBytes = 1 << 20;

    /// <summary>The sum, so that nothing is left out.</summary>
    public static double Run(string path)
    {
        using var file = File.OpenHandle(path);
        var (length, next, total, gate) = (RandomAccess.GetLength(file), 0L, 0.0, new Lock());
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            var sum = 0.0;
            var block = new byte[BlockBytes];
            for (long at; (at = Interlocked.Add(ref next, BlockBytes) - BlockBytes) < length;) sum += Sum(file, block, at);
            lock (gate) total += sum;
        });
        return total;
    }

    private static double Sum(SafeFileHandle file, Span<byte> block, long at)
    {
        var read = RandomAccess.Read(file, block, at);
        return TensorPrimitives.Sum(MemoryMarshal.Cast<byte, float>(block[..(read / 4 * 4)]));
    }
}
