using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x, in [-1, 1]; in double, rounded once.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <remarks>The gradient is g 2 / sqrt(pi) exp(-x^2).</remarks>
    public static Tensor<T> Erf<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Map(default(Formulas<T>.Erf), default(Formulas<float>.Erf)).Record("ErfBackward0", [x],
            x.MakeEdge(g => Broadcasting.Map(x, g, default(Formulas<T>.ErfGradient), default(Formulas<float>.ErfGradient))));
}
