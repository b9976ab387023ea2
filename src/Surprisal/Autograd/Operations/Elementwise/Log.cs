using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The natural logarithm: log(0) is -infinity, negatives give NaN.</summary>
    /// <param name="x">Any shape.</param>
    public static Tensor<T> Log<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var y = x.Map(default(Formulas<T>.Log), default(Formulas<float>.Log));
        return y.Record("LogBackward0", [x], x.MakeEdge(g => g / x));
    }
}
