using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>|x|, of any numbers. The smallest of a signed integer type stays itself, as it has no positive: -128 in sbyte.</summary>
    /// <param name="x">Any shape.</param>
    /// <remarks>The gradient is g sign(x): 0 at 0 and at NaN.</remarks>
    public static Tensor<T> Abs<T>(this Tensor<T> x) where T : unmanaged, INumber<T> =>
        x.Map(default(Formulas<T>.Abs), default(Formulas<float>.Abs)).Record("AbsBackward0", [x],
            x.MakeEdge(g => Broadcasting.Map(x, g, default(Formulas<T>.AbsGradient), default(Formulas<float>.AbsGradient))));
}
