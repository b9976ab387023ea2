namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// log sum exp(x) along an axis, in nats, as max + log1p(the others' sum): no overflow, and a dominated sum keeps its digits.
    /// </summary>
    /// <param name="x">Any shape; rank 0 has the axes 0 and -1.</param>
    /// <param name="axis">The axis to add up over; negatives count from the back.</param>
    /// <param name="keepDim">Whether the axis stays, at size 1. Default false: it disappears from the shape.</param>
    /// <returns>
    /// -infinity for a row of -infinity only and for an empty one, +infinity for a row with +infinity, NaN for one with NaN.
    /// </returns>
    /// <remarks>
    /// The gradient is g softmax(x), which adds up to g; it is NaN for a row of -infinity only and at +infinity, as in PyTorch.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">No such axis.</exception>
    public static Tensor<T> LogSumExp<T>(this Tensor<T> x, int axis, bool keepDim = false) where T : unmanaged, IFloatingPointIeee754<T>
    {
        axis = Shape.Axis(axis, x.Rank);
        var (_, along, inner) = Shape.Split(x.Shape, axis);
        var y = Tensor.Uninitialized<T>(Shape.Reduce(x.Shape, axis, keepDim));
        Kernels.LogSumExp.AlongAxis<T>(x.Span, along, inner, y.Span);
        return y.Record("LogsumexpBackward0", [x, y], x.MakeEdge(g =>
        {
            var dx = Tensor.Uninitialized<T>(x.Shape);
            Kernels.Softmax.LogSumExpGradient<T>(x.Span, g.Span, along, inner, dx.Span);
            return dx;
        }));
    }
}
