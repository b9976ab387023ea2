using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The larger of x and other, element by element; NaN where either is. Shapes broadcast.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="other">What to compare with.</param>
    /// <remarks>
    /// The gradient goes to the larger; equal ones, -0 and 0 too, get half of it each, and both get all of it where either is NaN.
    /// </remarks>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor<T> Maximum<T>(this Tensor<T> x, Tensor<T> other) where T : unmanaged, INumber<T> =>
        Broadcasting.Map(x, other, default(Formulas<T>.Maximum), default(Formulas<float>.Maximum), nameof(other))
            .Record("MaximumBackward0", [x, other],
                x.MakeEdge(g => Broadcasting.Gradient(g, x, other, x.Shape, default(Derivatives.Maximum))),
                other.MakeEdge(g => Broadcasting.Gradient(g, other, x, other.Shape, default(Derivatives.Maximum))));
}
