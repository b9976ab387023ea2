using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>x Phi(x), the Gaussian error linear unit, with the normal distribution function Phi; in double, rounded once.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="approximate">Whether Phi is exact or PyTorch's approximation by tanh. Default
    /// <see cref="GeluApproximation.None"/>.</param>
    /// <remarks>
    /// Hendrycks and Gimpel 2016. The gradient is Phi(x) + x phi(x). Far below 0, where PyTorch's result is 0, the digits stay; at
    /// -infinity value and gradient are 0, at +infinity x and 1.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">No such approximation.</exception>
    /// <example><code>
    /// var x = Tensor.Create&lt;float>([-1, 0, 2]);
    /// Console.WriteLine(x.Gelu());                                // tensor([-0.1587,  0.0000,  1.9545])
    /// Console.WriteLine(x.Gelu(GeluApproximation.Tanh));          // tensor([-0.1588,  0.0000,  1.9546])
    /// </code></example>
    public static Tensor<T> Gelu<T>(this Tensor<T> x, GeluApproximation approximate = GeluApproximation.None)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckApproximation(approximate);
        return approximate == GeluApproximation.None
            ? x.Map(default(Formulas<T>.Gelu), default(Formulas<float>.Gelu)).Record("GeluBackward0", [x], x.MakeEdge(g =>
                Broadcasting.Map(x, g, default(Formulas<T>.GeluGradient), default(Formulas<float>.GeluGradient))))
                .Traced("Gelu", approximate, x)
            : x.Map(default(Formulas<T>.GeluTanh), default(Formulas<float>.GeluTanh)).Record("GeluBackward0", [x], x.MakeEdge(g =>
                Broadcasting.Map(x, g, default(Formulas<T>.GeluTanhGradient), default(Formulas<float>.GeluTanhGradient))))
                .Traced("Gelu", approximate, x);
    }

    /// <summary>Refuses what is no approximation.</summary>
    internal static void CheckApproximation(GeluApproximation approximate)
    {
        if (!Enum.IsDefined(approximate))
            throw new ArgumentOutOfRangeException(nameof(approximate), $"approximate is {approximate}; it is None or Tanh.");
    }
}
