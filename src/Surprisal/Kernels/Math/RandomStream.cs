using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>A stream of random numbers that depend on seed, stream and position alone, so the same on every machine and runtime.</summary>
/// <remarks>
/// SplitMix64 (Steele, Lea, Flood 2014): the n-th number is a mix of seed + n * the golden gamma, 2^64 over the golden ratio.
/// </remarks>
internal struct RandomStream
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;
    private readonly ulong start;
    private ulong position;

    public RandomStream(long seed, long stream = 0) => start = Mix(Mix((ulong)seed + GoldenGamma) + (ulong)stream * GoldenGamma);

    /// <summary>Passes over numbers, in no time.</summary>
    public void Skip(long count) => position += (ulong)count;

    public ulong Next() => Mix(start + ++position * GoldenGamma);

    /// <summary>Uniform in [0, 1) in steps of 2^-24, so that a float holds it exactly and it stays below 1.</summary>
    public double Uniform() => (Next() >> 40) * (1.0 / (1 << 24));

    /// <summary>Uniform in [0, bound) without bias: samples in the incomplete last interval are rejected.</summary>
    public ulong Below(ulong bound)
    {
        var limit = ulong.MaxValue - ulong.MaxValue % bound;
        ulong sample;
        do sample = Next();
        while (sample >= limit);
        return sample % bound;
    }

    /// <summary>Standard normal by Marsaglia's polar method; the second number of each pair is not kept.</summary>
    public double Normal()
    {
        while (true)
        {
            var u = ((long)Next() >> 11) * (1.0 / (1L << 52));
            var v = ((long)Next() >> 11) * (1.0 / (1L << 52));
            var s = u * u + v * v;
            if (s < 1 && s > 0) return u * Math.Sqrt(-2 * Scalar.Log(s) / s);
        }
    }

    /// <summary>Shuffles a list (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = (int)Below((ulong)i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
