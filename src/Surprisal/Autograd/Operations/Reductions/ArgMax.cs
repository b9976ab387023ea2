namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The position of the largest element in row-major order, of rank 0; the first of equals, NaN before all.</summary>
    /// <exception cref="InvalidOperationException">The tensor is empty.</exception>
    public static Tensor<long> ArgMax<T>(this Tensor<T> x) where T : unmanaged, INumber<T> => x.View([x.Length]).ArgMax(0);

    /// <summary>The positions of the largest along one dimension; the first of equals, NaN before all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="InvalidOperationException">The dimension is empty.</exception>
    public static Tensor<long> ArgMax<T>(this Tensor<T> x, int dim, bool keepDim = false) where T : unmanaged, INumber<T> =>
        x.Largest(Shape.Axis(dim, x.Rank), keepDim, "argmax");

    private static Tensor<long> Largest<T>(this Tensor<T> x, int dim, bool keepDim, string name) where T : unmanaged, INumber<T>
    {
        var (outer, along, inner) = Shape.Split(x.Shape, dim);
        if (along == 0)
            throw new InvalidOperationException(
                $"{name}(): Expected reduction dim {dim} to have non-zero size; the shape is {x.Shape}.");
        var y = Tensor.Uninitialized<long>(Shape.Reduce(x.Shape, dim, keepDim));
        for (var i = 0; i < outer; i++)
        for (var j = 0; j < inner; j++)
            y.Span[i * inner + j] = Kernels.ArgMax.Find<T>(x.Span.Slice(i * along * inner, along * inner)[j..], inner);
        return y;
    }
}
