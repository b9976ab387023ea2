namespace Surprisal;

public abstract partial class Tensor
{
    /// <summary>Tensors behind one another along a dimension; their other sizes must agree.</summary>
    /// <param name="tensors">One or more, of one rank of at least 1; a single one is copied.</param>
    /// <param name="dim">The dimension along which they follow one another; negatives count from the back. Default 0.</param>
    /// <exception cref="ArgumentException">No tensors, or ranks or sizes that do not agree.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Concatenate<T>(ReadOnlySpan<Tensor<T>> tensors, int dim = 0) where T : unmanaged, INumber<T>
    {
        if (tensors.Length == 0) throw new ArgumentException("torch.cat(): expected a non-empty list of Tensors", nameof(tensors));
        if (tensors[0].Rank == 0)
            throw new ArgumentException("zero-dimensional tensor (at position 0) cannot be concatenated; use Unsqueeze(0) first.",
                nameof(tensors));
        dim = Surprisal.Shape.Axis(dim, tensors[0].Rank);
        var shape = tensors[0].Shape.ToArray();
        for (var i = 1; i < tensors.Length; i++)
        {
            int[] other = tensors[i].Shape.ToArray();
            if (other.Length != shape.Length || !WithSize(other, dim, 0).SequenceEqual(WithSize(shape, dim, 0)))
                throw new ArgumentException($"Sizes of tensors must match except in dimension {dim}: tensors[{i}] has shape " +
                    $"{Surprisal.Shape.Format(other)}, tensors[0] has {tensors[0].Shape}.", nameof(tensors));
            if ((long)shape[dim] + other[dim] > Array.MaxLength)
                throw new ArgumentException($"tensors have more than {Array.MaxLength} elements along dimension {dim}, " +
                    "the most that a tensor holds.", nameof(tensors));
            shape[dim] += other[dim];
        }
        var y = Uninitialized<T>(shape);
        var (outer, along, inner) = Surprisal.Shape.Split(shape, dim);
        var edges = new Edge?[tensors.Length];
        var offset = 0;
        for (var i = 0; i < tensors.Length; i++)
        {
            var part = tensors[i];
            var (start, width) = (offset * inner, part.Shape[dim] * inner);
            for (var o = 0; o < outer; o++) part.Span.Slice(o * width, width).CopyTo(y.Span[(o * along * inner + start)..]);
            edges[i] = part.MakeEdge(g =>
            {
                var dx = Uninitialized<T>(part.Shape);
                for (var o = 0; o < outer; o++) g.Span.Slice(o * along * inner + start, width).CopyTo(dx.Span[(o * width)..]);
                return dx;
            });
            offset += part.Shape[dim];
        }
        return y.Record("CatBackward0", [], edges).Traced("Concat", dim, [.. tensors]);
    }

    private static int[] WithSize(int[] sizes, int dim, int size)
    {
        int[] changed = [.. sizes];
        changed[dim] = size;
        return changed;
    }
}
