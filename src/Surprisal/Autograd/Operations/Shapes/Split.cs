namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>Parts of <paramref name="size"/> along a dimension, the last of them smaller where it does not divide; copies.</summary>
    /// <param name="x">At least one dimension.</param>
    /// <param name="size">The size of a part; 0 only where the dimension is empty, which makes one empty part.</param>
    /// <param name="dim">The dimension to cut; negatives count from the back. Default 0.</param>
    /// <exception cref="ArgumentException">A single number, or a size that makes no parts.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T>[] Split<T>(this Tensor<T> x, int size, int dim = 0) where T : unmanaged, INumber<T>
    {
        var (axis, along) = CheckSplit(x, dim);
        if (size < 0) throw new ArgumentException($"split expects split_size be non-negative, but got split_size={size}", nameof(size));
        if (size == 0 && along > 0)
            throw new ArgumentException(
                $"split_size can only be 0 if dimension size is 0, but got dimension size of {along}", nameof(size));
        var sizes = new int[along == 0 ? 1 : (along - 1) / size + 1];
        Array.Fill(sizes, size);
        sizes[^1] = along - (sizes.Length - 1) * size;
        return Cut(x, axis, sizes, "SplitBackward0");
    }

    /// <summary>Parts of the given sizes along a dimension; copies.</summary>
    /// <param name="x">At least one dimension.</param>
    /// <param name="sizes">The size of each part; they add up to the dimension.</param>
    /// <param name="dim">The dimension to cut; negatives count from the back. Default 0.</param>
    /// <exception cref="ArgumentException">A single number, a negative size, or sizes that do not add up.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T>[] Split<T>(this Tensor<T> x, ReadOnlySpan<int> sizes, int dim = 0) where T : unmanaged, INumber<T>
    {
        var (axis, along) = CheckSplit(x, dim);
        long sum = 0;
        foreach (var size in sizes)
        {
            if (size < 0)
                throw new ArgumentException(
                    $"split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes={Shape.Format(sizes)}",
                    nameof(sizes));
            sum += size;
        }
        if (sum != along)
            throw new ArgumentException($"split_with_sizes expects split_sizes to sum exactly to {along} (input tensor's size at " +
                $"dimension {axis}), but got split_sizes={Shape.Format(sizes)}", nameof(sizes));
        return Cut(x, axis, sizes, "SplitWithSizesBackward0");
    }

    private static (int Axis, int Along) CheckSplit<T>(Tensor<T> x, int dim) where T : unmanaged, INumber<T>
    {
        if (x.Rank == 0) throw new ArgumentException("split expects at least a 1-dimensional tensor", nameof(x));
        var axis = Shape.Axis(dim, x.Rank);
        return (axis, x.Shape[axis]);
    }

    private static Tensor<T>[] Cut<T>(Tensor<T> x, int axis, ReadOnlySpan<int> sizes, string name) where T : unmanaged, INumber<T>
    {
        var (outer, along, inner) = Shape.Split(x.Shape, axis);
        var parts = new Tensor<T>[sizes.Length];
        var at = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var (start, width) = (at * inner, sizes[i] * inner);
            var part = Tensor.Uninitialized<T>([.. x.Shape[..axis], sizes[i], .. x.Shape[(axis + 1)..]]);
            for (var o = 0; o < outer; o++) x.Span.Slice(o * along * inner + start, width).CopyTo(part.Span[(o * width)..]);
            parts[i] = part.Record(name, [], x.MakeEdge(g =>
            {
                var dx = Tensor.Zeros<T>(x.Shape);
                for (var o = 0; o < outer; o++) g.Span.Slice(o * width, width).CopyTo(dx.Span[(o * along * inner + start)..]);
                return dx;
            }));
            at += sizes[i];
        }
        return parts;
    }
}
