using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// Each element to a fixed power, IEEE's pow in every case: x^0 = 1 and 1^y = 1 even for NaN, powers of negatives that are not whole
    /// are NaN. In double, rounded once.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <param name="exponent">The power, one for all elements: any number, infinity and NaN too.</param>
    /// <remarks>The gradient is g y x^(y - 1), and 0 for the exponent 0.</remarks>
    public static Tensor<T> Pow<T>(this Tensor<T> x, double exponent) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Map(new Formulas<T>.Power(exponent), new Formulas<float>.Power(exponent)).Record("PowBackward0", [x],
            x.MakeEdge(g => Broadcasting.Map(x, g, new Formulas<T>.PowerGradient(exponent), new Formulas<float>.PowerGradient(exponent))));
}
