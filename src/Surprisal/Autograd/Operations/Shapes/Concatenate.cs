namespace Surprisal;

public abstract partial class Tensor
{
    /// <summary>Tensors behind one another along an axis; their other sizes must agree.</summary>
    /// <exception cref="ArgumentException">No tensors, or ranks or sizes that do not agree.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such axis.</exception>
    public static Tensor<T> Concatenate<T>(ReadOnlySpan<Tensor<T>> tensors, int axis = 0) where T : unmanaged, INumber<T>
    {
        if (tensors.Length == 0) throw new ArgumentException("torch.cat(): expected a non-empty list of Tensors", nameof(tensors));
        if (tensors[0].Rank == 0)
            throw new ArgumentException("zero-dimensional tensor (at position 0) cannot be concatenated; use Unsqueeze(0) first.",
                nameof(tensors));
        axis = Surprisal.Shape.Axis(axis, tensors[0].Rank);
        var shape = tensors[0].Shape.ToArray();
        for (var i = 1; i < tensors.Length; i++)
        {
            int[] other = tensors[i].Shape.ToArray();
            if (other.Length != shape.Length || !WithSize(other, axis, 0).SequenceEqual(WithSize(shape, axis, 0)))
                throw new ArgumentException($"Sizes of tensors must match except in dimension {axis}: tensors[{i}] has shape " +
                    $"{Surprisal.Shape.Format(other)}, tensors[0] has {Surprisal.Shape.Format(tensors[0].Shape)}.", nameof(tensors));
            if ((long)shape[axis] + other[axis] > Array.MaxLength)
                throw new ArgumentException($"tensors have more than {Array.MaxLength} elements along dimension {axis}, " +
                    "the most that a tensor holds.", nameof(tensors));
            shape[axis] += other[axis];
        }
        var y = Uninitialized<T>(shape);
        var (outer, along, inner) = Surprisal.Shape.Split(shape, axis);
        var edges = new Edge?[tensors.Length];
        var offset = 0;
        for (var i = 0; i < tensors.Length; i++)
        {
            var part = tensors[i];
            var (start, width) = (offset * inner, part.Shape[axis] * inner);
            for (var o = 0; o < outer; o++) part.Span.Slice(o * width, width).CopyTo(y.Span[(o * along * inner + start)..]);
            edges[i] = part.MakeEdge(g =>
            {
                var dx = Uninitialized<T>(part.Shape);
                for (var o = 0; o < outer; o++) g.Span.Slice(o * along * inner + start, width).CopyTo(dx.Span[(o * width)..]);
                return dx;
            });
            offset += part.Shape[axis];
        }
        return y.Record("CatBackward0", [], edges);
    }

    private static int[] WithSize(int[] sizes, int axis, int size)
    {
        int[] changed = [.. sizes];
        changed[axis] = size;
        return changed;
    }
}
