namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The softmax of -x along an axis: exp(-x) / sum exp(-x). A row with NaN, -infinity or only +infinity is NaN.</summary>
    /// <param name="x">Any shape; rank 0 has the axes 0 and -1.</param>
    /// <param name="axis">The axis to add up over; negatives count from the back.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such axis.</exception>
    public static Tensor<T> Softmin<T>(this Tensor<T> x, int axis) where T : unmanaged, IFloatingPointIeee754<T> => (-x).Softmax(axis);
}
