namespace Surprisal.Kernels;

/// <content>
/// Gradients larger than the caches. The exponentials of a group of rows stay in a buffer; the gradient that comes of them is written past
/// the caches, block by block, while the exponentials of the group behind it are computed: memory and arithmetic are busy together.
/// </content>
internal static unsafe partial class ClassIndexRows
{
    /// <summary>How many exponentials wait until their gradient is written: few, so that they are near.</summary>
    private const int WaitingNumbers = 16_384;

    /// <summary>
    /// The rows that are worth it: of shorter ones the ends, which are no whole cache lines, cost more than is won; four of the longest fit
    /// a core's cache, two of logits and two of exponentials.
    /// </summary>
    private const int MinStreamedClasses = 1024, MaxStreamedClasses = 65_536;

    private static bool IsWorthStreaming(int classes) => classes is >= MinStreamedClasses and <= MaxStreamedClasses;

    private static void RunStreamed<T, TFormula>(in ClassBlock<T> block, TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IClassIndexFormula
    {
        var (classes, size) = (block.Classes, RowStatistics.Numbers * Lanes<double>.Count);
        var group = Math.Clamp(WaitingNumbers / classes, 1, Lanes<double>.Count);
        Span<double> statisticsMemory = stackalloc double[2 * size];
        using var memory = new Scratch<T>(2 * group * classes);
        fixed (T* gradient = block.Gradient, weight = block.Parameters.Weight, exponentials = memory.Span)
        {
            var waiting = 0; // rows of the group before
            T* earlier = exponentials, e = earlier + group * classes;
            for (var start = 0; start < block.Targets.Length; start += group)
            {
                var count = Math.Min(group, block.Targets.Length - start);
                var numbers = statisticsMemory.Slice(start / group % 2 * size, size);
                numbers.Clear(); // of an ignored row they are 0
                var statistics = new RowStatistics(numbers);
                var results = Earlier(statisticsMemory, start / group);
                for (var i = 0; i < Math.Max(count, waiting); i++)
                {
                    var before = i < waiting
                        ? new StreamedRow<T>(block, start - waiting + i, results, i, earlier + i * classes, gradient, weight)
                        : default;
                    if (i < count && !ClassTargets.IsIgnored(block.Targets[start + i]))
                        ComputeStatistics(block, start + i, statistics, i, new Span<T>(e + i * classes, classes), ref before);
                    before.Finish();
                }
                formula.Epilogue(statistics, 0, classes, block.Parameters);
                statistics.Results.Loss[..count].CopyTo(block.Losses[start..]);
                statistics.Results.Scale(block.Scales.Slice(start, count), block.Parameters.Smoothing != SmoothingKind.None);
                waiting = count;
                var swap = e;
                e = earlier;
                earlier = swap;
            }
            var last = Earlier(statisticsMemory, Partition.Pieces(block.Targets.Length, group));
            for (var i = 0; i < waiting; i++)
                new StreamedRow<T>(block, block.Targets.Length - waiting + i, last, i, earlier + i * classes, gradient, weight).Finish();
        }
    }

    /// <summary>What the gradient of the group before is made of: groups take the two halves of the memory in turn.</summary>
    private static RowResults Earlier(Span<double> memory, int group) =>
        new RowStatistics(memory.Slice((group + 1) % 2 * (memory.Length / 2), memory.Length / 2)).Results;

    /// <summary>The statistics of one row, while the gradient of an earlier one is written and the next one is prefetched.</summary>
    private static void ComputeStatistics<T>(
        in ClassBlock<T> block,
        int row,
        in RowStatistics statistics,
        int i,
        Span<T> e,
        ref StreamedRow<T> before)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (T* logits = block.Logits)
        {
            var next = PrefetchNext<T>.After(row * block.Classes, block.Classes, logits, null, block.Logits.Length);
            if (before.IsEmpty) ComputeStatistics(block, row, statistics, i, e, next);
            else ComputeStatistics(block, row, statistics, i, e, new StreamedRow<T>.AndPrefetch(before, next));
        }
        before.HasBlocks = true;
    }
}
