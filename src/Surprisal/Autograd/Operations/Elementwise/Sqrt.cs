using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The square root; negatives give NaN.</summary>
    /// <param name="x">Any shape.</param>
    public static Tensor<T> Sqrt<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var y = x.Map(default(Formulas<T>.Sqrt), default(Formulas<float>.Sqrt));
        return y.Record("SqrtBackward0", [y], x.MakeEdge(g => g / (y + y)));
    }
}
