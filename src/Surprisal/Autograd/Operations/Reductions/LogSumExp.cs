namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// log sum exp(x) along a dimension, in nats, as max + log1p(the others' sum): no overflow, and a dominated sum keeps its digits.
    /// </summary>
    /// <param name="x">Any shape; rank 0 has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension to add up over; negatives count from the back.</param>
    /// <param name="keepDim">Whether the dimension stays, at size 1. Default false: it disappears from the shape.</param>
    /// <returns>
    /// -infinity for a row of -infinity only and for an empty one, +infinity for a row with +infinity, NaN for one with NaN.
    /// </returns>
    /// <remarks>
    /// The gradient is g softmax(x), which adds up to g; it is NaN for a row of -infinity only and at +infinity, as in PyTorch.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> LogSumExp<T>(this Tensor<T> x, int dim, bool keepDim = false) where T : unmanaged, IFloatingPointIeee754<T>
    {
        dim = Shape.Axis(dim, x.Rank);
        var (_, along, inner) = Shape.Split(x.Shape, dim);
        var y = Tensor.Uninitialized<T>(Shape.Reduce(x.Shape, dim, keepDim));
        Kernels.LogSumExp.AlongAxis<T>(x.Span, along, inner, y.Span);
        return y.Record("LogsumexpBackward0", [x, y], x.MakeEdge(g =>
        {
            var dx = Tensor.Uninitialized<T>(x.Shape);
            Kernels.Softmax.LogSumExpGradient<T>(x.Span, g.Span, along, inner, dx.Span);
            return dx;
        }));
    }
}
