namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The softmax of -x along a dimension: exp(-x) / sum exp(-x). A row with NaN, -infinity or only +infinity is NaN.</summary>
    /// <param name="x">Any shape; rank 0 has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension to add up over; negatives count from the back.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Softmin<T>(this Tensor<T> x, int dim) where T : unmanaged, IFloatingPointIeee754<T> => (-x).Softmax(dim);
}
