namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The position of the smallest element in row-major order, of rank 0; the first of equals, NaN before all.</summary>
    /// <param name="x">At least one element.</param>
    /// <exception cref="ArgumentException">The tensor is empty.</exception>
    public static Tensor<long> ArgMin<T>(this Tensor<T> x) where T : unmanaged, INumber<T> => x.View([x.Length]).ArgMin(0);

    /// <summary>The positions of the smallest along one dimension; the first of equals, NaN before all.</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension, which disappears from the shape; negatives count from the back.</param>
    /// <param name="keepDim">Whether it stays, at size 1. Default false.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="ArgumentException">The dimension is empty.</exception>
    public static Tensor<long> ArgMin<T>(this Tensor<T> x, int dim, bool keepDim = false) where T : unmanaged, INumber<T> =>
        x.Extremes(Shape.Axis(dim, x.Rank), keepDim, "argmin", largest: false, nameof(x));
}
