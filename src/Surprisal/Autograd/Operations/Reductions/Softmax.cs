using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>exp(x) / sum exp(x) along an axis: positive, adding up to 1. A row with NaN, +infinity or only -infinity is NaN.</summary>
    /// <param name="x">Any shape; rank 0 has the axes 0 and -1.</param>
    /// <param name="axis">The axis to add up over; negatives count from the back.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such axis.</exception>
    public static Tensor<T> Softmax<T>(this Tensor<T> x, int axis) where T : unmanaged, IFloatingPointIeee754<T> =>
        SoftmaxAlong(x, axis, "SoftmaxBackward0", log: false);

    /// <summary>x - log sum exp(x) along an axis, in nats; accurate for any offset, on any axis.</summary>
    /// <param name="x">Any shape; rank 0 has the axes 0 and -1.</param>
    /// <param name="axis">The axis to add up over; negatives count from the back.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such axis.</exception>
    public static Tensor<T> LogSoftmax<T>(this Tensor<T> x, int axis) where T : unmanaged, IFloatingPointIeee754<T> =>
        SoftmaxAlong(x, axis, "LogSoftmaxBackward0", log: true);

    private static Tensor<T> SoftmaxAlong<T>(Tensor<T> x, int axis, string name, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (_, along, inner) = Shape.Split(x.Shape, Shape.Axis(axis, x.Rank));
        var y = Tensor.Uninitialized<T>(x.Shape);
        Kernels.Softmax.AlongAxis<T>(x.Span, along, inner, y.Span, log);
        return y.Record(name, [y], x.MakeEdge(g =>
        {
            var dx = g.ReuseOrAllocate();
            SoftmaxGradient.AlongAxis<T>(y.Span, g.Span, along, inner, dx.Span, log);
            return dx;
        }));
    }
}
