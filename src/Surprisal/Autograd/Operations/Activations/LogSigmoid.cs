using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// log(1 / (1 + exp(-x))), in nats, as min(x, 0) - log1p(exp(-|x|)): no overflow, and a tiny result keeps its digits.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <remarks>The gradient is sigmoid(-x): 1 at -infinity, 0 at +infinity.</remarks>
    public static Tensor<T> LogSigmoid<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Map(default(Formulas<T>.LogSigmoid), default(Formulas<float>.LogSigmoid)).Record("LogSigmoidBackward0", [x], x.MakeEdge(g =>
            Broadcasting.Map(x, g, default(Formulas<T>.LogSigmoidGradient), default(Formulas<float>.LogSigmoidGradient))));
}
