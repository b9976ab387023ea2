using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>Random numbers of one use for one sample in one epoch: they follow from these words alone, whoever asks in what
/// order.</summary>
internal static class SampleRandom
{
    public const long Flip = 1, Shift = 2, Rotation = 3, Colour = 4, Mix = 5;

    /// <summary>The numbers of a use.</summary>
    public static RandomStream Of(long key, long epoch, long sample, long use)
    {
        var ofUse = new RandomStream(key, use).Next();
        var ofEpoch = new RandomStream((long)ofUse, epoch).Next();
        return new RandomStream((long)ofEpoch, sample);
    }

    /// <summary>Uniform in [low, high).</summary>
    public static double Between(this ref RandomStream random, double low, double high) => low + (high - low) * random.Uniform();

    /// <summary>Beta(alpha, alpha) from two gamma numbers, by their logarithms, so that a small alpha leaves neither as 0.</summary>
    public static double Beta(this ref RandomStream random, double alpha)
    {
        var (first, second) = (LogGamma(ref random, alpha), LogGamma(ref random, alpha));
        return 1 / (1 + Scalar.Exp(second - first));
    }

    /// <summary>The logarithm of a gamma number: Marsaglia, Tsang 2000; below a shape of 1 that of 1 + shape times u^(1 / shape).</summary>
    private static double LogGamma(ref RandomStream random, double shape)
    {
        var below = shape < 1 ? Scalar.Log(1 - random.Uniform()) / shape : 0;
        var d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = random.Normal();
            var v = 1 + c * x;
            if (v <= 0) continue;
            v *= v * v;
            if (Scalar.Log(1 - random.Uniform()) < 0.5 * x * x + d - d * v + d * Scalar.Log(v)) return below + Scalar.Log(d * v);
        }
    }
}
