using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The standard deviation of all elements, of rank 0: the root of the variance.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="correction">What is taken from the number of elements n. Default 1; 0 divides by n.</param>
    /// <remarks>
    /// In double, in two passes, rounded once. Where n is not above the correction, as for one element, it is NaN, or infinite where the
    /// elements differ. The gradient is g (x - mean) / ((n - correction) std), and 0 where the deviation is 0.
    /// </remarks>
    public static Tensor<T> Std<T>(this Tensor<T> x, double correction = 1) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Deviation(new ReducedShape(x.Shape), correction, keepDim: false);

    /// <summary>The standard deviations along one dimension, which disappears from the shape, or stays at size 1.</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension; negatives count from the back.</param>
    /// <param name="correction">What is taken from the number of elements. Default 1.</param>
    /// <param name="keepDim">Whether it stays, at size 1. Default false.</param>
    /// <inheritdoc cref="Std{T}(Tensor{T}, double)" path="/remarks"/>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Std<T>(this Tensor<T> x, int dim, double correction = 1, bool keepDim = false)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Deviation(new ReducedShape(x.Shape, [dim], nameof(dim)), correction, keepDim);

    /// <summary>The standard deviations over several dimensions, which disappear from the shape, or stay at size 1.</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dims">The dimensions, each once and at least one; negatives count from the back.</param>
    /// <param name="correction">What is taken from the number of elements. Default 1.</param>
    /// <param name="keepDim">Whether they stay, at size 1. Default false.</param>
    /// <inheritdoc cref="Std{T}(Tensor{T}, double)" path="/remarks"/>
    /// <exception cref="ArgumentException">No dimension, or one that is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Std<T>(this Tensor<T> x, ReadOnlySpan<int> dims, double correction = 1, bool keepDim = false)
        where T : unmanaged, IFloatingPointIeee754<T> => x.Deviation(new ReducedShape(x.Shape, dims), correction, keepDim);

    private static Tensor<T> Deviation<T>(this Tensor<T> x, ReducedShape reduced, double correction, bool keepDim)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rows = new ReducedRows<T>(x, reduced);
        var (means, variances) = Moments(rows, correction);
        var deviations = Array.ConvertAll(variances, Math.Sqrt);
        return Broadcasting.Rounded<T>(deviations, reduced.Result(keepDim)).Record("StdBackward0", [x], x.MakeEdge(g =>
            rows.Gradient((i, row, to) =>
            {
                var divisor = (rows.Count - correction) * deviations[i];
                if (deviations[i] == 0) to.Clear();
                else MapRow(row, to, new Derivatives.Deviation(means[i], divisor, double.CreateTruncating(g.Span[i])));
            })));
    }
}
