using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The mean of all elements, of rank 0; NaN for none.</summary>
    public static Tensor<T> Mean<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        Tensor.Scalar(Scalar.Round<T>(Reductions.Sum<T>(x.Span) / x.Length))
            .Record("MeanBackward0", [], x.MakeEdge(g => Tensor.Full(x.Shape, g.DividedBy(x.Length).Item())));

    /// <summary>
    /// The means along one dimension, which disappears from the shape, or stays at size 1 with <paramref name="keepDim"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Mean<T>(this Tensor<T> x, int dim, bool keepDim = false) where T : unmanaged, IFloatingPointIeee754<T>
    {
        dim = Shape.Axis(dim, x.Rank);
        var count = Shape.Split(x.Shape, dim).Along;
        return SumAlong(x, dim, keepDim, count)
            .Record("MeanBackward1", [],
                x.MakeEdge(g => g.DividedBy(count).View(Shape.Reduce(x.Shape, dim, keepDim: true)).Expand(x.Shape)));
    }

    /// <summary>g / count, whatever the count: a 16-bit type does not hold every one.</summary>
    private static Tensor<T> DividedBy<T>(this Tensor<T> g, int count) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var result = Tensor.Uninitialized<T>(g.Shape);
        for (var i = 0; i < result.Length; i++) result.Span[i] = Scalar.Round<T>(double.CreateTruncating(g.Span[i]) / count);
        return result;
    }
}
