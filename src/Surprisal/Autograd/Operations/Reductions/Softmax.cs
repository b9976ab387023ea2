using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// exp(x) / sum exp(x) along a dimension: positive, adding up to 1. A row with NaN, +infinity or only -infinity is NaN.
    /// </summary>
    /// <param name="x">Any shape; rank 0 has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension to add up over; negatives count from the back.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <example><code>
    /// var logits = Tensor.Create&lt;float>([[1, 2, 3], [0, 0, 0]]);
    /// Console.WriteLine(logits.Softmax(1));
    /// // tensor([[0.0900, 0.2447, 0.6652],
    /// //         [0.3333, 0.3333, 0.3333]])
    /// </code></example>
    public static Tensor<T> Softmax<T>(this Tensor<T> x, int dim) where T : unmanaged, IFloatingPointIeee754<T> =>
        SoftmaxAlong(x, dim, "SoftmaxBackward0", log: false);

    /// <summary>x - log sum exp(x) along a dimension, in nats; accurate for any offset, on any dimension.</summary>
    /// <param name="x">Any shape; rank 0 has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension to add up over; negatives count from the back.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <example><code>
    /// var logits = Tensor.Create&lt;float>([1000, 1001]);
    /// Console.WriteLine(logits.LogSoftmax(0));    // tensor([-1.3133, -0.3133])
    /// </code></example>
    public static Tensor<T> LogSoftmax<T>(this Tensor<T> x, int dim) where T : unmanaged, IFloatingPointIeee754<T> =>
        SoftmaxAlong(x, dim, "LogSoftmaxBackward0", log: true);

    private static Tensor<T> SoftmaxAlong<T>(Tensor<T> x, int dim, string name, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (_, along, inner) = Shape.Split(x.Shape, Shape.Axis(dim, x.Rank));
        var y = Tensor.Uninitialized<T>(x.Shape);
        Kernels.Softmax.AlongAxis<T>(x.Span, along, inner, y.Span, log);
        return y.Record(name, [y], x.MakeEdge(g =>
        {
            var dx = g.ReuseOrAllocate();
            SoftmaxGradient.AlongAxis<T>(y.Span, g.Span, along, inner, dx.Span, log);
            return dx;
        })).Traced(log ? "LogSoftmax" : "Softmax", Shape.Axis(dim, x.Rank), x);
    }
}
