using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>1, -1 or 0, of any numbers; 0 of NaN.</summary>
    /// <param name="x">Any shape.</param>
    /// <remarks>The gradient is 0 everywhere, whatever arrives.</remarks>
    public static Tensor<T> Sign<T>(this Tensor<T> x) where T : unmanaged, INumber<T> =>
        x.Map(default(Formulas<T>.Sign), default(Formulas<float>.Sign)).Record("SignBackward0", [],
            x.MakeEdge(_ => Tensor.Zeros<T>(x.Shape)));
}
