using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>1 / (1 + exp(-x)), in [0, 1]; a negative x keeps its digits down to the smallest denormal.</summary>
    /// <param name="x">Any shape.</param>
    public static Tensor<T> Sigmoid<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var y = x.Map(default(Formulas<T>.Sigmoid), default(Formulas<float>.Sigmoid));
        return y.Record("SigmoidBackward0", [y],
            x.MakeEdge(g => Broadcasting.Map(y, g, default(Formulas<T>.SigmoidGradient), default(Formulas<float>.SigmoidGradient))))
            .Traced("Sigmoid", x);
    }
}
