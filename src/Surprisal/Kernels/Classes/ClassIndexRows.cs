using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Losses over class indices with lanes over classes: logits [rows, classes], rows longer than <see cref="ColumnTile.FewClasses"/>
/// (shorter ones do not fill the lanes and go by <see cref="ClassIndexColumns"/>). Two passes over the logits for statistics and loss, a
/// third over cached exponentials for the gradient, which may overwrite the logits. Eight rows share the formula.
/// </summary>
internal static unsafe partial class ClassIndexRows
{
    /// <summary>How many exponentials stay in a core's cache until they are scaled.</summary>
    private const int CachedNumbers = 65_536;

    /// <summary>Writes the losses of a block, and its gradients where they are wanted.</summary>
    [MethodImpl(Compile.Separately)]
    public static void Run<T, TFormula>(in ClassBlock<T> block, TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IClassIndexFormula
    {
        if (block.IsGradientFar && IsWorthStreaming(block.Classes))
        {
            RunStreamed(block, formula);
            return;
        }
        Span<double> memory = stackalloc double[RowStatistics.Numbers * Lanes<double>.Count];
        var statistics = new RowStatistics(memory);
        var group = Math.Clamp(CachedNumbers / block.Classes, 1, Lanes<double>.Count);
        fixed (T* logits = block.Logits, gradient = block.Gradient)
        {
            for (var start = 0; start < block.Targets.Length; start += group)
            {
                var count = Math.Min(group, block.Targets.Length - start);
                memory.Clear(); // the statistics are those of this group; of an ignored row they are 0
                for (var i = 0; i < count; i++)
                {
                    if (ClassTargets.IsIgnored(block.Targets[start + i])) continue;
                    var first = (start + i) * block.Classes;
                    var next = PrefetchNext<T>.After(first, block.Classes, logits, gradient, block.Logits.Length);
                    ComputeStatistics(block, start + i, statistics, i, block.Gradient.SliceOrEmpty(first, block.Classes), next);
                }
                formula.Epilogue(statistics, 0, block.Classes, block.Parameters);
                statistics.Results.Loss[..count].CopyTo(block.Losses[start..]);
                if (!block.Gradient.IsEmpty) WriteGradient(block, start, count, statistics.Results);
            }
        }
    }

    /// <summary>The statistics of one row; <paramref name="e"/> receives its exponentials if it is not empty.</summary>
    [MethodImpl(Compile.Separately)]
    private static void ComputeStatistics<T, TCompanion>(
        in ClassBlock<T> block,
        int row,
        in RowStatistics statistics,
        int i,
        Span<T> e,
        TCompanion companion)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompanion : struct, ICompanion
    {
        var (classes, target) = (block.Classes, block.Targets[row]);
        var x = block.Logits.Slice(row * classes, classes);
        var max = RowMax<T>.Of(x);
        statistics.Max[i] = double.CreateTruncating(max.Value);
        statistics.TargetLogit[i] = double.CreateTruncating(x[target]);
        statistics.Weight[i] = block.Parameters.WeightOf(target);
        (statistics.ExpSum[i], statistics.SmoothingSum[i]) = ClassSums.OfRow(x, max, e, block.Parameters, companion);
    }

    [MethodImpl(Compile.Separately)]
    private static void WriteGradient<T>(in ClassBlock<T> block, int start, int count, in RowResults results)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        results.Scale(block.Scales.Slice(start, count), block.Parameters.Smoothing != SmoothingKind.None);
        for (var i = 0; i < count; i++)
        {
            var gradient = block.Gradient.Slice((start + i) * block.Classes, block.Classes);
            var target = block.Targets[start + i];
            if (ClassTargets.IsIgnored(target)) gradient.Clear();
            else ClassGradient.Row(gradient, target, block.Parameters, results, i);
        }
    }
}
