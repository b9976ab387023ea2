using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Sums of integers: long numbers whatever the type, so that 200 + 100 bytes are 300.</summary>
/// <remarks>
/// They wrap round in 64 bits, as PyTorch's int64 does, and have no gradient. A mean of integers does not compile: convert first.
/// </remarks>
public static class IntegerTensorExtensions
{
    /// <summary>The sum of all elements, of rank 0; 0 for none.</summary>
    /// <param name="x">Any shape; of a mask it is how many hold.</param>
    public static Tensor<long> Sum<T>(this Tensor<T> x) where T : unmanaged, IBinaryInteger<T> =>
        x.SumOver(new ReducedShape(x.Shape), keepDim: false);

    /// <summary>
    /// The sums along one dimension, which disappears from the shape, or stays at size 1 with <paramref name="keepDim"/>.
    /// </summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension to add up along; negatives count from the back.</param>
    /// <param name="keepDim">Whether it stays, at size 1. Default false.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<long> Sum<T>(this Tensor<T> x, int dim, bool keepDim = false) where T : unmanaged, IBinaryInteger<T> =>
        x.SumOver(new ReducedShape(x.Shape, [dim], nameof(dim)), keepDim);

    /// <summary>
    /// The sums over several dimensions, which disappear from the shape, or stay at size 1 with <paramref name="keepDim"/>.
    /// </summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dims">The dimensions to add up over, each once and at least one; negatives count from the back.</param>
    /// <param name="keepDim">Whether they stay, at size 1. Default false.</param>
    /// <exception cref="ArgumentException">No dimension, or one that is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<long> Sum<T>(this Tensor<T> x, ReadOnlySpan<int> dims, bool keepDim = false)
        where T : unmanaged, IBinaryInteger<T> => x.SumOver(new ReducedShape(x.Shape, dims), keepDim);

    /// <summary>Running totals along a dimension, in the shape of x: y[i] = x[0] + .. + x[i].</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension to add up along; negatives count from the back.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<long> CumSum<T>(this Tensor<T> x, int dim) where T : unmanaged, IBinaryInteger<T>
    {
        var (_, along, inner) = Shape.Split(x.Shape, Shape.Axis(dim, x.Rank));
        var y = Tensor.Uninitialized<long>(x.Shape);
        for (var start = 0; start < y.Length; start += along * inner)
            CumulativeSum.Run<T>(x.Span.Slice(start, along * inner), inner, y.Span.Slice(start, along * inner));
        return y;
    }

    private static Tensor<long> SumOver<T>(this Tensor<T> x, ReducedShape reduced, bool keepDim) where T : unmanaged, IBinaryInteger<T>
    {
        var y = Tensor.Zeros<long>(reduced.Result(keepDim));
        if (x.Length == 0) return y;
        var count = reduced.Count;
        var rows = TensorExtensions.Permuted(x, reduced.Order);
        for (var i = 0; i < y.Length; i++)
            foreach (var value in rows.Span.Slice(i * count, count))
                y.Span[i] += long.CreateTruncating(value);
        return y;
    }
}
