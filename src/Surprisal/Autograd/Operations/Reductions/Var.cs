using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The variance of all elements, of rank 0: the sum of (x - mean)^2 over n - correction.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="correction">What is taken from the number of elements n. Default 1, which makes it unbiased; 0 divides by n.</param>
    /// <remarks>
    /// In double, in two passes, rounded once. Where n is not above the correction, as for one element, the divisor is 0: NaN, or infinity
    /// where the elements differ. The gradient is 2 g (x - mean) / (n - correction).
    /// </remarks>
    public static Tensor<T> Var<T>(this Tensor<T> x, double correction = 1) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Variance(new ReducedShape(x.Shape), correction, keepDim: false);

    /// <summary>
    /// The variances along one dimension, which disappears from the shape, or stays at size 1 with <paramref name="keepDim"/>.
    /// </summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension; negatives count from the back.</param>
    /// <param name="correction">What is taken from the number of elements. Default 1.</param>
    /// <param name="keepDim">Whether it stays, at size 1. Default false.</param>
    /// <inheritdoc cref="Var{T}(Tensor{T}, double)" path="/remarks"/>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Var<T>(this Tensor<T> x, int dim, double correction = 1, bool keepDim = false)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Variance(new ReducedShape(x.Shape, [dim], nameof(dim)), correction, keepDim);

    /// <summary>The variances over several dimensions, which disappear from the shape, or stay at size 1.</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dims">The dimensions, each once and at least one; negatives count from the back.</param>
    /// <param name="correction">What is taken from the number of elements. Default 1.</param>
    /// <param name="keepDim">Whether they stay, at size 1. Default false.</param>
    /// <inheritdoc cref="Var{T}(Tensor{T}, double)" path="/remarks"/>
    /// <exception cref="ArgumentException">No dimension, or one that is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Var<T>(this Tensor<T> x, ReadOnlySpan<int> dims, double correction = 1, bool keepDim = false)
        where T : unmanaged, IFloatingPointIeee754<T> => x.Variance(new ReducedShape(x.Shape, dims), correction, keepDim);

    private static Tensor<T> Variance<T>(this Tensor<T> x, ReducedShape reduced, double correction, bool keepDim)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rows = new ReducedRows<T>(x, reduced);
        var (means, variances) = Moments(rows, correction);
        return Broadcasting.Rounded<T>(variances, reduced.Result(keepDim)).Record("VarBackward0", [x], x.MakeEdge(g =>
            rows.Gradient((i, row, to) => MapRow(row, to,
                new Derivatives.Deviation(means[i], (rows.Count - correction) / 2, double.CreateTruncating(g.Span[i]))))));
    }

    /// <summary>The mean and the variance of each row.</summary>
    private static (double[] Means, double[] Variances) Moments<T>(ReducedRows<T> rows, double correction)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var means = rows.Reduce(i => Reductions.Sum(rows.Row(i)) / rows.Count);
        return (means, rows.Reduce(i =>
            MappedSum.Of(rows.Row(i), new Summands.SquaredDeviation(means[i])) / Math.Max(rows.Count - correction, 0)));
    }

    /// <summary>to = f(x), f in double.</summary>
    private static void MapRow<T, TOp>(ReadOnlySpan<T> x, Span<T> to, TOp f)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TOp : struct, IUnary<double>
    {
        if (typeof(T).Is16Bit) SixteenBitMap.Map(x, to, new Formulas<float>.InDouble<TOp>(f));
        else Elementwise.Map(x, to, new Formulas<T>.InDouble<TOp>(f));
    }
}
