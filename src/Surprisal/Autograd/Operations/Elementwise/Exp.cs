using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>e to the power of each element.</summary>
    /// <param name="x">Any shape.</param>
    public static Tensor<T> Exp<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var y = x.Map(default(Formulas<T>.Exp), default(Formulas<float>.Exp));
        return y.Record("ExpBackward0", [y], x.MakeEdge(g => g * y));
    }
}
