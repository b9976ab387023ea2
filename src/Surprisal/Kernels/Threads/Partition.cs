using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Parallel for and parallel sum over blocks that follow from the work alone, never from the number of threads, so that results have the
/// same bits.
/// </summary>
internal static class Partition
{
    /// <summary>The most threads that kernels use, the caller's included.</summary>
    public static int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>The work, in elementary operations, up to which the caller's thread does all: waking another costs about as much.</summary>
    public static long MinParallelWork { get; set; } = 100_000;

    /// <summary>How many runs of blocks a thread takes, so that none waits long for the others, and the most blocks of a run.</summary>
    private const int RunsPerThread = 8, LongestRun = 64;

    /// <summary>How many terms are added to one rounded sum.</summary>
    private const int SummedAtOnce = 256;

    /// <summary>The most elements of one call: rounded up to whole blocks they are still fewer than 2^31.</summary>
    public const int MaxElements = 2_000_000_000;

    /// <summary>Runs the blocks 0 .. count - 1 of <paramref name="body"/>, in any order, on as many threads as are worth it.</summary>
    /// <param name="count">The number of independent blocks.</param>
    /// <param name="work">About how many elementary operations a block takes; small totals stay on this thread.</param>
    /// <param name="body">What to do. It stays where it is until all blocks are done, so it may be a ref struct with spans.</param>
    public static unsafe void For<TBody>(int count, long work, scoped ref TBody body) where TBody : struct, IParallelBody, allows ref struct
    {
        if (count > 1 && Threads > 1 && count * work > MinParallelWork &&
            Workers.TryRun(Unsafe.AsPointer(ref body), &RunBlock<TBody>, count, Math.Min(Threads, count) - 1)) return;
        for (var i = 0; i < count; i++) body.Run(i);
    }

    /// <summary>
    /// Runs the blocks 0 .. count - 1 and returns the sum of their terms, added in the order of the blocks: <see cref="Total"/>.
    /// </summary>
    public static unsafe double Sum<TBody>(int count, long work, scoped ref TBody body)
        where TBody : struct, IParallelSum, allows ref struct
    {
        if (count == 1) return body.Run(0);
        using var scratch = count > SummedAtOnce ? new Scratch<double>(count) : default;
        var sums = count > SummedAtOnce ? scratch.Span : stackalloc double[SummedAtOnce];
        fixed (double* to = sums)
        {
            var blocks = new SummedBlocks<TBody>(Unsafe.AsPointer(ref body), to);
            For(count, work, ref blocks);
        }
        return Total(sums[..count]);
    }

    /// <summary>
    /// As <see cref="Sum{TBody}(int, long, ref TBody)"/>, with the same sum; a thread takes neighbouring blocks together, so that it can
    /// begin with the memory of one while it works on another.
    /// </summary>
    public static unsafe double SumOfRuns<TBody>(int count, long work, scoped ref TBody body)
        where TBody : struct, IParallelRuns, allows ref struct
    {
        using var scratch = count > SummedAtOnce ? new Scratch<double>(count) : default;
        var terms = count > SummedAtOnce ? scratch.Span : stackalloc double[SummedAtOnce];
        fixed (double* to = terms)
        {
            var size = Math.Clamp(count / (RunsPerThread * Threads), 1, LongestRun);
            var runs = new Runs<TBody>(Unsafe.AsPointer(ref body), to, count, size);
            For(Pieces(count, size), work * size, ref runs);
        }
        return Total(terms[..count]);
    }

    /// <summary>Runs a function for 0 .. count - 1, where an allocation does not matter.</summary>
    public static void For(int count, long work, Action<int> block)
    {
        var body = new Blocks(block);
        For(count, work, ref body);
    }

    /// <summary>
    /// The number of pieces of <paramref name="size"/> elements, the last of them maybe shorter, that <paramref name="length"/> elements
    /// make.
    /// </summary>
    public static int Pieces(int length, int size) => (int)(((long)length + size - 1) / size);

    /// <summary>The elements of one of these pieces.</summary>
    public static Range PieceRange(int number, int length, int size) => (number * size)..(int)Math.Min(length, (number + 1L) * size);

    /// <summary>
    /// Runs a function for each range [first, end) of <paramref name="size"/> elements, the last maybe shorter; <paramref name="work"/> is
    /// that of an element.
    /// </summary>
    public static void Ranges(int length, int size, long work, Action<int, int> range) =>
        For(Pieces(length, size), work * size, i => range(i * size, (int)Math.Min(length, (i + 1L) * size)));

    /// <summary>
    /// The sum of 256 terms in their order, rounded once, and then that of these sums: many processors can share it, and any of them has
    /// the same bits.
    /// </summary>
    private static double Total(ReadOnlySpan<double> terms)
    {
        var total = default(CompensatedSum);
        for (var first = 0; first < terms.Length; first += SummedAtOnce)
        {
            var sum = default(CompensatedSum);
            foreach (var term in terms[first..Math.Min(first + SummedAtOnce, terms.Length)]) sum.Add(term);
            total.Add(sum.Value);
        }
        return total.Value;
    }

    private static unsafe void RunBlock<TBody>(void* body, int block) where TBody : struct, IParallelBody, allows ref struct =>
        Unsafe.AsRef<TBody>(body).Run(block);

    private readonly unsafe struct SummedBlocks<TBody>(void* body, double* sums) : IParallelBody
        where TBody : struct, IParallelSum, allows ref struct
    {
        public void Run(int block) => sums[block] = Unsafe.AsRef<TBody>(body).Run(block);
    }

    private readonly unsafe struct Runs<TBody>(void* body, double* terms, int count, int size) : IParallelBody
        where TBody : struct, IParallelRuns, allows ref struct
    {
        public void Run(int run)
        {
            var first = run * size;
            Unsafe.AsRef<TBody>(body).Run(first, new Span<double>(terms + first, Math.Min(size, count - first)));
        }
    }

    private readonly struct Blocks(Action<int> block) : IParallelBody
    {
        public void Run(int i) => block(i);
    }
}
