namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The position of the largest element in row-major order, of rank 0; the first of equals, NaN before all.</summary>
    /// <param name="x">At least one element.</param>
    /// <exception cref="ArgumentException">The tensor is empty.</exception>
    public static Tensor<long> ArgMax<T>(this Tensor<T> x) where T : unmanaged, INumber<T> => x.View([x.Length]).ArgMax(0);

    /// <summary>The positions of the largest along one dimension; the first of equals, NaN before all.</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension, which disappears from the shape; negatives count from the back.</param>
    /// <param name="keepDim">Whether it stays, at size 1. Default false.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="ArgumentException">The dimension is empty.</exception>
    /// <example><code>
    /// var logits = Tensor.Create&lt;float>([[1, 2], [3, 1], [0, 0]]);
    /// Console.WriteLine(logits.ArgMax(1));        // tensor([1, 0, 0])
    /// </code></example>
    public static Tensor<long> ArgMax<T>(this Tensor<T> x, int dim, bool keepDim = false) where T : unmanaged, INumber<T> =>
        x.Extremes(Shape.Axis(dim, x.Rank), keepDim, "argmax", largest: true, nameof(x));

    private static Tensor<long> Extremes<T>(this Tensor<T> x, int axis, bool keepDim, string name, bool largest, string argument)
        where T : unmanaged, INumber<T>
    {
        var (outer, along, inner) = Shape.Split(x.Shape, axis);
        if (along == 0)
            throw new ArgumentException(
                $"{name}(): Expected reduction dim {axis} to have non-zero size; the shape is {x.Shape}.", argument);
        var y = Tensor.Uninitialized<long>(Shape.Reduce(x.Shape, axis, keepDim));
        for (var i = 0; i < outer; i++)
        for (var j = 0; j < inner; j++)
        {
            var row = x.Span.Slice(i * along * inner, along * inner)[j..];
            y.Span[i * inner + j] = largest ? Kernels.ArgMax.Find<T>(row, inner) : Kernels.ArgMax.FindSmallest<T>(row, inner);
        }
        return y;
    }
}
