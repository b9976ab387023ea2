namespace Surprisal.Kernels;

/// <summary>
/// Zipf's law as TensorFlow's candidate sampler draws it: the uniform distribution of ln(c + 1), P(c) = ln((c + 2) / (c + 1)) / ln(V + 1)
/// for the classes c = 0 .. V - 1.
/// </summary>
internal readonly struct LogUniform(int classes)
{
    private readonly double range = Scalar.Log1p(classes);

    /// <summary>How probable a class is.</summary>
    public double Probability(int c) => Scalar.Log1p(1.0 / (c + 1)) / range;

    /// <summary>A class, by inversion of 53 random bits: the rarest of 128,256 has the probability 1 / 1.5 million.</summary>
    public int Draw(ref RandomStream random) =>
        Math.Min(classes - 1, (int)Scalar.Exp((random.Next() >> 11) * (1.0 / (1L << 53)) * range) - 1);
}
