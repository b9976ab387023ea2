using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The hyperbolic tangent, in [-1, 1].</summary>
    /// <param name="x">Any shape.</param>
    public static Tensor<T> Tanh<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var y = x.Map(default(Formulas<T>.Tanh), default(Formulas<float>.Tanh));
        return y.Record("TanhBackward0", [y],
            x.MakeEdge(g => Broadcasting.Map(y, g, default(Formulas<T>.TanhGradient), default(Formulas<float>.TanhGradient))))
            .Traced("Tanh", x);
    }
}
