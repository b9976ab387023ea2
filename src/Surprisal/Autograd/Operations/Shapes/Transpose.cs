namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>Two dimensions exchanged; copies.</summary>
    /// <param name="x">Any shape that has both dimensions; with the defaults at least two.</param>
    /// <param name="dim0">One of them; negatives count from the back. Default -2.</param>
    /// <param name="dim1">The other; the same one twice changes nothing. Default -1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Transpose<T>(this Tensor<T> x, int dim0 = -2, int dim1 = -1) where T : unmanaged, INumber<T>
    {
        (dim0, dim1) = (Shape.Axis(dim0, x.Rank), Shape.Axis(dim1, x.Rank));
        var dims = new int[x.Rank];
        for (var i = 0; i < dims.Length; i++) dims[i] = i == dim0 ? dim1 : i == dim1 ? dim0 : i;
        return Permuted(x, dims).Record("TransposeBackward0", [], x.MakeEdge(g => Permuted(g, dims)));
    }

    /// <summary>All dimensions in a new order: dimension i of the result is dimension <paramref name="dims"/>[i] of x; copies.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="dims">Each dimension of x once; negatives count from the back.</param>
    /// <exception cref="ArgumentException">Not each dimension exactly once.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Permute<T>(this Tensor<T> x, params ReadOnlySpan<int> dims) where T : unmanaged, INumber<T>
    {
        var order = new int[dims.Length];
        for (var i = 0; i < order.Length; i++) order[i] = Shape.Axis(dims[i], x.Rank, nameof(dims));
        if (order.Length != x.Rank || order.Distinct().Count() != order.Length)
            throw new ArgumentException($"dims are {Shape.Format(dims)}, " +
                $"but each of the {x.Rank} dims of shape {x.Shape} must appear exactly once.", nameof(dims));
        var inverse = new int[order.Length];
        for (var i = 0; i < order.Length; i++) inverse[order[i]] = i;
        return Permuted(x, order).Record("PermuteBackward0", [], x.MakeEdge(g => Permuted(g, inverse)));
    }

    internal static Tensor<T> Permuted<T>(Tensor<T> x, int[] dims) where T : unmanaged, INumber<T>
    {
        var own = Shape.BroadcastStrides(x.Shape, x.Shape);
        var strides = Array.ConvertAll(dims, dim => own[dim]);
        var y = Tensor.Uninitialized<T>(Array.ConvertAll(dims, dim => x.Shape[dim]));
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
