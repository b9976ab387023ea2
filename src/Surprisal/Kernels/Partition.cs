namespace Surprisal.Kernels;

/// <summary>Splits work over threads. Blocks are fixed by the work, never by the number of threads, so results have the same bits.</summary>
internal static class Partition
{
    /// <summary>How many threads kernels may use.</summary>
    public static int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Runs <paramref name="block"/> for each of 0 .. count - 1, in any order, on as many threads as are worth it.</summary>
    /// <param name="count">The number of independent blocks.</param>
    /// <param name="work">About how many elementary operations a block takes; small totals stay on this thread.</param>
    /// <param name="block">What to do; writes only where its block number says.</param>
    public static void Run(int count, long work, Action<int> block)
    {
        if (count > 1 && Threads > 1 && count * work > 200_000)
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Threads }, block);
        else
            for (var i = 0; i < count; i++) block(i);
    }

    /// <summary>Cuts 0 .. length - 1 into ranges of <paramref name="size"/> and runs each.</summary>
    public static void Ranges(int length, int size, long work, Action<int, int> range) =>
        Run((length + size - 1) / size, work * size, i => range(i * size, Math.Min(length, (i + 1) * size)));
}
