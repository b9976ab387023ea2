using Surprisal.Kernels;

namespace Surprisal;

public sealed partial class Tensor<T>
{
    /// <summary>1 where this = other, else 0, element by element; shapes broadcast. No gradient passes.</summary>
    /// <param name="other">What to compare with, of the same element type: long numbers are compared exactly.</param>
    /// <remarks>NaN equals nothing, -0 equals 0.</remarks>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Tensor<byte> Equal(Tensor<T> other) => Broadcasting.Compare(this, other, default(Comparisons.Equal), nameof(other));

    /// <summary>1 where this = other, else 0, element by element. No gradient passes.</summary>
    /// <param name="other">The number to compare each element with.</param>
    /// <remarks>NaN equals nothing, -0 equals 0.</remarks>
    public Tensor<byte> Equal(T other) => Broadcasting.Compare(this, Scalar(other), default(Comparisons.Equal));
}
