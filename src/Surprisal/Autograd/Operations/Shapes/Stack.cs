namespace Surprisal;

public abstract partial class Tensor
{
    /// <summary>Tensors of one shape behind one another along a new dimension.</summary>
    /// <param name="tensors">At least one.</param>
    /// <param name="dim">Where the new dimension is, from 0 to the rank; negatives count from the back, and -1 appends it. Default
    /// 0.</param>
    /// <exception cref="ArgumentException">No tensors, or shapes that differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such position.</exception>
    public static Tensor<T> Stack<T>(ReadOnlySpan<Tensor<T>> tensors, int dim = 0) where T : unmanaged, INumber<T>
    {
        if (tensors.Length == 0) throw new ArgumentException("stack expects a non-empty TensorList", nameof(tensors));
        var shape = tensors[0].Shape;
        var axis = Surprisal.Shape.Axis(dim, shape.Rank + 1, nameof(dim));
        for (var i = 1; i < tensors.Length; i++)
            if (tensors[i].Shape != shape)
                throw new ArgumentException($"stack expects each tensor to be equal size, but got {shape} at " +
                    $"entry 0 and {tensors[i].Shape} at entry {i}", nameof(tensors));
        var y = Uninitialized<T>([.. shape[..axis], tensors.Length, .. shape[axis..]]);
        var (outer, count, inner) = Surprisal.Shape.Split(y.Shape, axis);
        var edges = new Edge?[tensors.Length];
        for (var i = 0; i < tensors.Length; i++)
        {
            var (part, start) = (tensors[i], i * inner);
            for (var o = 0; o < outer; o++) part.Span.Slice(o * inner, inner).CopyTo(y.Span[(o * count * inner + start)..]);
            edges[i] = part.MakeEdge(g =>
            {
                var dx = Uninitialized<T>(shape);
                for (var o = 0; o < outer; o++) g.Span.Slice(o * count * inner + start, inner).CopyTo(dx.Span[(o * inner)..]);
                return dx;
            });
        }
        return y.Record("StackBackward0", [], edges);
    }
}
