using Surprisal.Kernels;

namespace Surprisal.Modules;

/// <summary>First values of parameters.</summary>
internal static class Initialization
{
    /// <summary>PyTorch's default: weight and bias uniform in [-1/sqrt(fanIn), 1/sqrt(fanIn)] (He et al. 2015 with slope
    /// sqrt(5)).</summary>
    public static (Tensor<float> Weight, Tensor<float> Bias) Uniform(TensorShape weightShape, int fanIn, long seed, int? outputs = null)
    {
        var bound = fanIn == 0 ? 0 : 1 / Math.Sqrt(fanIn);
        return (Draw(weightShape, bound, new RandomStream(seed)),
            Draw([outputs ?? weightShape[0]], bound, new RandomStream(seed, stream: 1)));
    }

    /// <summary>Normal of mean 0.</summary>
    public static Tensor<float> Normal(TensorShape shape, double deviation, long seed)
    {
        var (tensor, random) = (Tensor.Zeros<float>(shape), new RandomStream(seed));
        foreach (ref var value in tensor.Span) value = (float)(random.Normal() * deviation);
        return tensor;
    }

    private static Tensor<float> Draw(TensorShape shape, double bound, RandomStream random)
    {
        var tensor = Tensor.Zeros<float>(shape);
        foreach (ref var value in tensor.Span) value = (float)((2 * random.Uniform() - 1) * bound);
        return tensor;
    }
}
