using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>x sigmoid(x), the sigmoid linear unit, also called swish; in double, rounded once.</summary>
    /// <param name="x">Any shape.</param>
    /// <remarks>
    /// The gradient is s (1 + x (1 - s)) with s = sigmoid(x). At -infinity value and gradient are 0, where PyTorch's are NaN, at +infinity
    /// x and 1.
    /// </remarks>
    public static Tensor<T> Silu<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Map(default(Formulas<T>.Silu), default(Formulas<float>.Silu)).Record("SiluBackward0", [x], x.MakeEdge(g =>
            Broadcasting.Map(x, g, default(Formulas<T>.SiluGradient), default(Formulas<float>.SiluGradient)))).Traced("Silu", x);
}
