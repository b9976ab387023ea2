using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// The sums over classes that a loss over class indices needs: E, the sum of exp(x_c - m) without the largest logit's, and with label
/// smoothing beside it sum_c u_c (m - x_c), in the same pass, which leaves the exponentials in place. How smoothing enters loss and
/// gradient stands in <see cref="CrossEntropy"/>.
/// </summary>
internal static class ClassSums
{
    /// <summary>Of one row; <paramref name="e"/> receives the exponentials if it is not empty.</summary>
    [MethodImpl(Compile.Separately)]
    public static (double ExpSum, double SmoothingSum) OfRow<T, TCompanion>(
        ReadOnlySpan<T> x,
        RowMax<T> max,
        Span<T> e,
        in ClassParameters<T> parameters,
        TCompanion companion)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompanion : struct, ICompanion => parameters.Smoothing switch
        {
            SmoothingKind.None => RowSums.ExpWithoutMax(x, max, e, default(SmoothingTerms<T>.None), companion),
            SmoothingKind.Uniform => RowSums.ExpWithoutMax(x, max, e, default(SmoothingTerms<T>.Uniform), companion),
            _ => RowSums.ExpWithoutMax(x, max, e, new SmoothingTerms<T>.OfRow(parameters.Weight), companion),
        };

    /// <summary>Of the columns of a tile, which become exponentials; their maxima too.</summary>
    public static void OfColumns<T>(
        ref T tile,
        int columns,
        int classes,
        int pitch,
        in ClassParameters<T> parameters,
        in RowStatistics statistics)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var max = statistics.Max;
        var expSum = statistics.ExpSum;
        var smoothingSum = statistics.SmoothingSum;
        var noUnderflow = ColumnMax.Of(ref tile, columns, classes, pitch, max);
        if (parameters.Smoothing == SmoothingKind.None)
            ColumnSums.ExpWithoutMax(ref tile, columns, classes, pitch, max, noUnderflow, true, expSum, default,
                default(SmoothingTerms<T>.None));
        else if (parameters.Smoothing == SmoothingKind.Uniform)
            ColumnSums.ExpWithoutMax(ref tile, columns, classes, pitch, max, noUnderflow, true, expSum, smoothingSum,
                default(SmoothingTerms<T>.Uniform));
        else
            ColumnSums.ExpWithoutMax(
                ref tile, columns, classes, pitch, max, noUnderflow, true, expSum, smoothingSum,
                new SmoothingTerms<T>.OfColumns(parameters.Weight));
    }
}
