using Surprisal.Kernels;

namespace Surprisal;

public static partial class Operations
{
    /// <summary>exp(x) / sum exp(x) along an axis: positive, adding up to 1. A row with NaN, +infinity or only -infinity is NaN.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such axis.</exception>
    public static Tensor<T> Softmax<T>(this Tensor<T> x, int axis) where T : unmanaged, IFloatingPointIeee754<T>
    {
        axis = Shape.Axis(axis, x.Rank);
        var y = SoftmaxAlong(x, axis, log: false);
        return y.Record("SoftmaxBackward0", [y], x.Receives(g => y * (g - (g * y).Sum(axis, keepDim: true))));
    }

    /// <summary>x - log sum exp(x) along an axis, in nats; accurate for any offset, on any axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such axis.</exception>
    public static Tensor<T> LogSoftmax<T>(this Tensor<T> x, int axis) where T : unmanaged, IFloatingPointIeee754<T>
    {
        axis = Shape.Axis(axis, x.Rank);
        var y = SoftmaxAlong(x, axis, log: true);
        return y.Record("LogSoftmaxBackward0", [y], x.Receives(g => g - y.Exp() * g.Sum(axis, keepDim: true)));
    }

    private static Tensor<T> SoftmaxAlong<T>(Tensor<T> x, int axis, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        typeof(T).CheckComputes();
        var (outer, along, inner) = Shape.Split(x.Shape, axis);
        var y = Tensor.Uninitialized<T>(x.Shape);
        if (y.Length == 0) return y;
        Partition.Ranges(outer, Math.Max(1, 4096 / (along * inner)), along * inner, (start, end) =>
        {
            for (var i = start; i < end; i++)
            {
                var from = x.Span.Slice(i * along * inner, along * inner);
                var to = y.Span.Slice(i * along * inner, along * inner);
                if (inner == 1) Kernels.Softmax.Row<T>(from, to, log);
                else Kernels.Softmax.Columns<T>(from, along, inner, to, log);
            }
        });
        return y;
    }
}
