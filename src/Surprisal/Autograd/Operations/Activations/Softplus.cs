using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// log(1 + exp(beta x)) / beta, a smooth max(x, 0); x itself where beta x is above the threshold, with the gradient 1.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <param name="beta">How sharp the bend at 0 is. Default 1; any number is accepted, also a negative one.</param>
    /// <param name="threshold">Where the identity begins, compared with beta x. Default 20. Unlike PyTorch's, a large one never overflows
    /// to infinity.</param>
    /// <remarks>The gradient is sigmoid(beta x) up to the threshold.</remarks>
    public static Tensor<T> Softplus<T>(this Tensor<T> x, double beta = 1, double threshold = 20)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Map(new Formulas<T>.Softplus(beta, threshold), new Formulas<float>.Softplus(beta, threshold)).Record("SoftplusBackward0", [x],
            x.MakeEdge(g => Broadcasting.Map(x, g, new Formulas<T>.SoftplusGradient(beta, threshold),
                new Formulas<float>.SoftplusGradient(beta, threshold))));
}
