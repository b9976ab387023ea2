namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>Two axes exchanged; copies.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such axis.</exception>
    public static Tensor<T> Transpose<T>(this Tensor<T> x, int axis0 = -2, int axis1 = -1) where T : unmanaged, INumber<T>
    {
        (axis0, axis1) = (Shape.Axis(axis0, x.Rank), Shape.Axis(axis1, x.Rank));
        var axes = new int[x.Rank];
        for (var i = 0; i < axes.Length; i++) axes[i] = i == axis0 ? axis1 : i == axis1 ? axis0 : i;
        return Permuted(x, axes).Record("TransposeBackward0", [], x.MakeEdge(g => Permuted(g, axes)));
    }

    /// <summary>All axes in a new order: dimension i of the result is dimension <paramref name="axes"/>[i] of x; copies.</summary>
    /// <exception cref="ArgumentException">Not each axis exactly once.</exception>
    public static Tensor<T> Permute<T>(this Tensor<T> x, params ReadOnlySpan<int> axes) where T : unmanaged, INumber<T>
    {
        var order = new int[axes.Length];
        for (var i = 0; i < order.Length; i++) order[i] = Shape.Axis(axes[i], x.Rank, nameof(axes));
        if (order.Length != x.Rank || order.Distinct().Count() != order.Length)
            throw new ArgumentException($"axes are {Shape.Format(axes)}, " +
                $"but each of the {x.Rank} axes of shape {Shape.Format(x.Shape)} must appear exactly once.", nameof(axes));
        var inverse = new int[order.Length];
        for (var i = 0; i < order.Length; i++) inverse[order[i]] = i;
        return Permuted(x, order).Record("PermuteBackward0", [], x.MakeEdge(g => Permuted(g, inverse)));
    }

    private static Tensor<T> Permuted<T>(Tensor<T> x, int[] axes) where T : unmanaged, INumber<T>
    {
        var own = Shape.BroadcastStrides(x.Shape, x.Shape);
        var strides = Array.ConvertAll(axes, axis => own[axis]);
        var y = Tensor.Uninitialized<T>(Array.ConvertAll(axes, axis => x.Dimensions[axis]));
        var index = new int[y.Rank];
        var source = x.Span;
        var destination = y.Span;
        var offset = 0;
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = source[offset];
            for (var d = index.Length - 1; d >= 0; d--)
            {
                offset += strides[d];
                if (++index[d] < y.Shape[d]) break;
                offset -= strides[d] * index[d];
                index[d] = 0;
            }
        }
        return y;
    }
}
