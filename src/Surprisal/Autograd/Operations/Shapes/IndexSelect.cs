using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The slices of a dimension that the indices name, in its order; one may be named several times.</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1, and one slice.</param>
    /// <param name="dim">The dimension to select along; negatives count from the back.</param>
    /// <param name="indices">One dimension, or a single number; each at least 0 and below the size.</param>
    /// <remarks>The gradient of a slice that was named several times adds up in double, in the order of the indices.</remarks>
    /// <exception cref="ArgumentException">The indices have several dimensions, or of a single number not one element.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension, or an index outside it.</exception>
    public static Tensor<T> IndexSelect<T>(this Tensor<T> x, int dim, Tensor<long> indices) where T : unmanaged, INumber<T>
    {
        var axis = Shape.Axis(dim, x.Rank);
        var (outer, along, inner) = Shape.Split(x.Shape, axis);
        CheckIndex(x, axis, along, indices);
        var count = indices.Length;
        var y = Tensor.Uninitialized<T>(x.Rank == 0 ? [] : [.. x.Shape[..axis], count, .. x.Shape[(axis + 1)..]]);
        for (var o = 0; o < outer; o++)
        for (var i = 0; i < count; i++)
            x.Span.Slice((o * along + (int)indices.Span[i]) * inner, inner).CopyTo(y.Span[((o * count + i) * inner)..]);
        return y.Record("IndexSelectBackward0", [indices], x.MakeEdge(g =>
        {
            var totals = new double[x.Length];
            for (var o = 0; o < outer; o++)
            for (var i = 0; i < count; i++)
                Reductions.AddTo<T>(g.Span.Slice((o * count + i) * inner, inner),
                    totals.AsSpan((o * along + (int)indices.Span[i]) * inner, inner));
            return Broadcasting.Rounded<T>(totals, x.Shape);
        }));
    }

    private static void CheckIndex<T>(Tensor<T> x, int axis, int along, Tensor<long> indices) where T : unmanaged, INumber<T>
    {
        if (indices.Rank > 1)
            throw new ArgumentException(
                $"index_select(): Index is supposed to be a vector, but its shape is {indices.Shape}.",
                nameof(indices));
        if (x.Rank == 0 && indices.Length != 1)
            throw new ArgumentException(
                $"index_select(): Index to scalar can have only 1 value, got {indices.Length} value(s)", nameof(indices));
        for (var i = 0; i < indices.Length; i++)
            if (indices.Span[i] < 0 || indices.Span[i] >= along)
                throw new ArgumentOutOfRangeException(nameof(indices),
                    $"index {indices.Span[i]} is out of bounds for dimension {axis} with size {along}, at flat position {i}.");
    }
}
