using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>x where that is positive, else negativeSlope x; the gradient at 0 is negativeSlope.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="negativeSlope">The slope below 0, rounded to T. Default 0.01; any number is accepted.</param>
    public static Tensor<T> LeakyRelu<T>(this Tensor<T> x, double negativeSlope = 0.01) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Map(new Formulas<T>.LeakyRelu(negativeSlope), new Formulas<float>.LeakyRelu(negativeSlope)).Record("LeakyReluBackward0", [x],
            x.MakeEdge(g => Broadcasting.Map(x, g, new Formulas<T>.LeakyReluGradient(negativeSlope),
                new Formulas<float>.LeakyReluGradient(negativeSlope)))).Traced("LeakyRelu", negativeSlope, x);
}
