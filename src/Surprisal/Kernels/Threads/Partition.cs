using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>Splits work over threads. Blocks are fixed by the work, never by the number of threads, so results have the same bits.</summary>
internal static class Partition
{
    /// <summary>How many threads kernels may use.</summary>
    public static int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>The work, in elementary operations, below which no other thread is asked: waking one costs about as much.</summary>
    public static long Smallest { get; set; } = 100_000;

    /// <summary>The most elements of one call: rounded up to whole blocks they still are fewer than 2^31.</summary>
    public const int Most = 2_000_000_000;

    /// <summary>Runs each block 0 .. count - 1 of <paramref name="job"/>, in any order, on as many threads as are worth it.</summary>
    /// <param name="count">The number of independent blocks.</param>
    /// <param name="work">About how many elementary operations a block takes; small totals stay on this thread.</param>
    /// <param name="job">What to do; may be a ref struct with spans, for it stays where it is until all blocks are done.</param>
    public static unsafe void For<TJob>(int count, long work, scoped ref TJob job) where TJob : struct, IParallelBody, allows ref struct
    {
        if (count > 1 && Threads > 1 && count * work > Smallest &&
            Workers.TryRun(Unsafe.AsPointer(ref job), &RunBlock<TJob>, count, Math.Min(Threads, count) - 1)) return;
        for (var i = 0; i < count; i++) job.Run(i);
    }

    /// <summary>Runs each block 0 .. count - 1 and returns the sum of what they return, added in the order of the blocks and rounded once.</summary>
    public static unsafe double Sum<TJob>(int count, long work, scoped ref TJob job) where TJob : struct, IParallelSum, allows ref struct
    {
        if (count == 1) return job.Run(0);
        using var scratch = count > 256 ? new Scratch<double>(count) : default;
        var sums = count > 256 ? scratch.Span : stackalloc double[256];
        var total = default(CompensatedSum);
        fixed (double* to = sums)
        {
            var blocks = new SummedBlocks<TJob>(Unsafe.AsPointer(ref job), to);
            For(count, work, ref blocks);
            for (var i = 0; i < count; i++) total.Add(to[i]);
        }
        return total.Value;
    }

    /// <summary>The same with a function, where an allocation does not matter.</summary>
    public static void For(int count, long work, Action<int> block)
    {
        var job = new Blocks(block);
        For(count, work, ref job);
    }

    /// <summary>Into how many pieces of <paramref name="size"/> so many elements are cut, the last of them shorter.</summary>
    public static int Pieces(int length, int size) => (int)(((long)length + size - 1) / size);

    /// <summary>Where a piece lies.</summary>
    public static Range Piece(int number, int length, int size) => (number * size)..(int)Math.Min(length, (number + 1L) * size);

    /// <summary>Cuts 0 .. length - 1 into ranges of <paramref name="size"/> and runs each.</summary>
    public static void Ranges(int length, int size, long work, Action<int, int> range) =>
        For(Pieces(length, size), work * size, i => range(i * size, (int)Math.Min(length, (i + 1L) * size)));

    private static unsafe void RunBlock<TJob>(void* job, int block) where TJob : struct, IParallelBody, allows ref struct => Unsafe.AsRef<TJob>(job).Run(block);

    private readonly unsafe struct SummedBlocks<TJob>(void* job, double* sums) : IParallelBody where TJob : struct, IParallelSum, allows ref struct
    {
        public void Run(int block) => sums[block] = Unsafe.AsRef<TJob>(job).Run(block);
    }

    private readonly struct Blocks(Action<int> block) : IParallelBody
    {
        public void Run(int i) => block(i);
    }
}
