using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>max(x, 0); the gradient at 0 is 0.</summary>
    /// <param name="x">Any shape.</param>
    public static Tensor<T> Relu<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var y = x.Map(default(Formulas<T>.Relu), default(Formulas<float>.Relu));
        return y.Record("ReluBackward0", [y],
            x.MakeEdge(g => Broadcasting.Map(y, g, default(Formulas<T>.ReluGradient), default(Formulas<float>.ReluGradient))))
            .Traced("Relu", x);
    }
}
