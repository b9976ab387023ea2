namespace Surprisal;

public static partial class Operations
{
    /// <summary>The mean of all elements, of rank 0; NaN for none.</summary>
    public static Tensor<T> Mean<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        Tensor.Scalar(T.CreateTruncating(Kernels.Totals.Sum<T>(x.Span) / x.Length))
            .Record("MeanBackward0", [], x.Receives(g => Tensor.Full(x.Shape, g.Item() / T.CreateTruncating(x.Length))));

    /// <summary>The means along one axis, which disappears from the shape, or stays at size 1 with <paramref name="keepDim"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such axis.</exception>
    public static Tensor<T> Mean<T>(this Tensor<T> x, int axis, bool keepDim = false) where T : unmanaged, IFloatingPointIeee754<T>
    {
        axis = Shape.Axis(axis, x.Rank);
        var count = T.CreateTruncating(Shape.Split(x.Shape, axis).Along);
        return (x.Detach().Sum(axis, keepDim) / count)
            .Record("MeanBackward1", [], x.Receives(g => (g / count).View(Shape.Reduce(x.Shape, axis, keepDim: true)).Expand(x.Shape)));
    }
}
