using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The mean of all elements, of rank 0; NaN for none.</summary>
    /// <param name="x">Any shape, of floating numbers: those of integers do not compile.</param>
    public static Tensor<T> Mean<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        Tensor.Scalar(Scalar.Round<T>(Reductions.Sum<T>(x.Span) / x.Length))
            .Record("MeanBackward0", [], x.MakeEdge(g => Tensor.Full(x.Shape, g.DividedBy(x.Length).Item())));

    /// <summary>
    /// The means along one dimension, which disappears from the shape, or stays at size 1 with <paramref name="keepDim"/>.
    /// </summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension; negatives count from the back.</param>
    /// <param name="keepDim">Whether it stays, at size 1. Default false.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Mean<T>(this Tensor<T> x, int dim, bool keepDim = false) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Mean(new ReducedShape(x.Shape, [dim], nameof(dim)), keepDim);

    /// <summary>
    /// The means over several dimensions, which disappear from the shape, or stay at size 1 with <paramref name="keepDim"/>.
    /// </summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dims">The dimensions to take the mean over, each once and at least one; negatives count from the back.</param>
    /// <param name="keepDim">Whether they stay, at size 1. Default false.</param>
    /// <remarks>Added up in double and rounded once; NaN where there is nothing to add up.</remarks>
    /// <exception cref="ArgumentException">No dimension, or one that is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Mean<T>(this Tensor<T> x, ReadOnlySpan<int> dims, bool keepDim = false)
        where T : unmanaged, IFloatingPointIeee754<T> => x.Mean(new ReducedShape(x.Shape, dims), keepDim);

    private static Tensor<T> Mean<T>(this Tensor<T> x, ReducedShape reduced, bool keepDim) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.SumOver(reduced, keepDim, reduced.Count)
            .Record("MeanBackward1", [],
                x.MakeEdge(g => g.DividedBy(reduced.Count).View(reduced.Result(keepDim: true)).Expand(x.Shape)));

    /// <summary>g / count, whatever the count: a 16-bit type does not hold every one.</summary>
    private static Tensor<T> DividedBy<T>(this Tensor<T> g, int count) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var result = Tensor.Uninitialized<T>(g.Shape);
        for (var i = 0; i < result.Length; i++) result.Span[i] = Scalar.Round<T>(double.CreateTruncating(g.Span[i]) / count);
        return result;
    }
}
