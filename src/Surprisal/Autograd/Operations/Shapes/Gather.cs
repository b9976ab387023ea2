namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>y[.., i, ..] = x[.., indices[.., i, ..], ..] along one dimension; of the shape of <paramref name="indices"/>.</summary>
    /// <param name="x">The values.</param>
    /// <param name="dim">The dimension that the indices count along.</param>
    /// <param name="indices">Of the rank of <paramref name="x"/>, and no larger than it on the other dimensions.</param>
    /// <exception cref="ArgumentException">Ranks or sizes that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension, or an index outside it.</exception>
    public static Tensor<T> Gather<T>(this Tensor<T> x, int dim, Tensor<long> indices) where T : unmanaged, INumber<T>
    {
        dim = Shape.Axis(dim, x.Rank);
        Gathering.Check(x.Shape, dim, indices);
        return Gathering.Take(x, dim, indices)
            .Record("GatherBackward0", [indices], x.MakeEdge(g => Gathering.Scatter(g, dim, indices, x.Shape)));
    }
}

/// <summary>Gather and its transpose, scatter-add, over checked indices.</summary>
internal static class Gathering
{
    public static void Check(ReadOnlySpan<int> shape, int dim, Tensor<long> indices)
    {
        if (indices.Rank != shape.Length)
            throw new ArgumentException("Index tensor must have the same number of dimensions as input tensor: " +
                $"indices have shape {indices.Shape}, the input {Shape.Format(shape)}.", nameof(indices));
        for (var i = 0; i < shape.Length; i++)
            if (i != dim && indices.Shape[i] > shape[i])
                throw new ArgumentException($"Size does not match at dimension {i}: expected index {indices.Shape} to be " +
                    $"smaller than self {Shape.Format(shape)} apart from dimension {dim}.", nameof(indices));
        var limit = shape.Length == 0 ? 1 : shape[dim];
        for (var i = 0; i < indices.Length; i++)
            if (indices.Span[i] < 0 || indices.Span[i] >= limit)
                throw new ArgumentOutOfRangeException(nameof(indices),
                    $"index {indices.Span[i]} is out of bounds for dimension {dim} with size {limit}, at flat position {i}.");
    }

    public static Tensor<T> Take<T>(Tensor<T> x, int dim, Tensor<long> indices) where T : unmanaged, INumber<T>
    {
        var y = Tensor.Uninitialized<T>(indices.Shape);
        foreach (var (to, from) in Pairs(indices, dim, x.Shape.Sizes)) y.Span[to] = x.Span[from];
        return y;
    }

    public static Tensor<T> Scatter<T>(Tensor<T> g, int dim, Tensor<long> indices, ReadOnlySpan<int> shape) where T : unmanaged, INumber<T>
    {
        var totals = new double[Shape.Length(shape)]; // what is read several times adds up, and is rounded once
        foreach (var (from, to) in Pairs(indices, dim, shape.ToArray())) totals[to] += double.CreateTruncating(g.Span[from]);
        return Broadcasting.Rounded<T>(totals, shape);
    }

    /// <summary>For every index: its flat position, and the flat position in <paramref name="shape"/> that it names.</summary>
    private static IEnumerable<(int Index, int Value)> Pairs(Tensor<long> indices, int dim, int[] shape)
    {
        for (var i = 0; i < indices.Length; i++)
        {
            var (rest, flat, stride) = (i, 0, 1);
            for (var d = shape.Length - 1; d >= 0; d--)
            {
                var at = rest % indices.Shape[d];
                rest /= indices.Shape[d];
                flat += stride * (d == dim ? (int)indices.Span[i] : at);
                stride *= shape[d];
            }
            yield return (i, flat);
        }
    }
}
