using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>log(1 + x), in nats, with all digits near 0: -infinity at -1, NaN below.</summary>
    /// <param name="x">Any shape.</param>
    /// <remarks>The gradient is g / (1 + x), below -1 too.</remarks>
    public static Tensor<T> Log1p<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Map(default(Formulas<T>.Log1p), default(Formulas<float>.Log1p)).Record("Log1PBackward0", [x],
            x.MakeEdge(g => Broadcasting.Map(x, g, default(Formulas<T>.Log1pGradient), default(Formulas<float>.Log1pGradient))));
}
