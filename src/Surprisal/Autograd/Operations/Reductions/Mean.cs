using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The mean of all elements, of rank 0; NaN for none.</summary>
    public static Tensor<T> Mean<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        Tensor.Scalar(Scalar.Rounded<T>(Reductions.Sum<T>(x.Span) / x.Length))
            .Record("MeanBackward0", [], x.MakeEdge(g => Tensor.Full(x.Shape, g.Share(x.Length).Item())));

    /// <summary>The means along one axis, which disappears from the shape, or stays at size 1 with <paramref name="keepDim"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such axis.</exception>
    public static Tensor<T> Mean<T>(this Tensor<T> x, int axis, bool keepDim = false) where T : unmanaged, IFloatingPointIeee754<T>
    {
        axis = Shape.Axis(axis, x.Rank);
        var count = Shape.Split(x.Shape, axis).Along;
        return SumAlong(x, axis, keepDim, count)
            .Record("MeanBackward1", [], x.MakeEdge(g => g.Share(count).View(Shape.Reduce(x.Shape, axis, keepDim: true)).Expand(x.Shape)));
    }

    /// <summary>g / count, whatever the count: a narrow type does not hold every one.</summary>
    private static Tensor<T> Share<T>(this Tensor<T> g, int count) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var share = Tensor.Uninitialized<T>(g.Shape);
        for (var i = 0; i < share.Length; i++) share.Span[i] = Scalar.Rounded<T>(double.CreateTruncating(g.Span[i]) / count);
        return share;
    }
}
