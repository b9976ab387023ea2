using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>Numbers of the binomial distribution.</summary>
/// <remarks>
/// By inversion while few are expected, else by transformed rejection with squeeze, BTRS: Hormann, The generation of binomial random
/// variates, Journal of Statistical Computation and Simulation 46 (1993).
/// </remarks>
internal static class Binomial
{
    private const double Few = 10;

    /// <summary>How many of n succeed, each with probability p.</summary>
    public static long Draw(ref RandomStream random, long n, double p)
    {
        if (n <= 0 || p <= 0) return 0;
        if (p >= 1) return n;
        if (p > 0.5) return n - Draw(ref random, n, 1 - p);
        return n * p < Few ? Invert(ref random, n, p) : Reject(ref random, n, p);
    }

    private static long Invert(ref RandomStream random, long n, double p)
    {
        var (u, ratio, term) = (Uniform(ref random), p / (1 - p), Scalar.Exp(n * Scalar.Log1p(-p)));
        var k = 0L;
        while (u > term && k < n && k < 200) // above 200 lies less than a double knows of
        {
            u -= term;
            k++;
            term *= ratio * (n - k + 1) / k;
        }
        return k;
    }

    private static long Reject(ref RandomStream random, long n, double p)
    {
        var deviation = Math.Sqrt(n * p * (1 - p));
        var b = 1.15 + 2.53 * deviation;
        var a = -0.0873 + 0.0248 * b + 0.01 * p;
        var (centre, squeeze, alpha) = (n * p + 0.5, 0.92 - 4.2 / b, (2.83 + 5.1 / b) * deviation);
        var (r, m) = (p / (1 - p), Math.Floor((n + 1) * p));
        while (true)
        {
            var (u, v) = (Uniform(ref random) - 0.5, Uniform(ref random));
            var us = 0.5 - Math.Abs(u);
            var k = Math.Floor((2 * a / us + b) * u + centre);
            if (us >= 0.07 && v <= squeeze) return (long)k;
            if (!(k >= 0 && k <= n)) continue;
            var bound = (m + 0.5) * Scalar.Log((m + 1) / (r * (n - m + 1))) + (n + 1) * Scalar.Log((n - m + 1) / (n - k + 1))
                + (k + 0.5) * Scalar.Log(r * (n - k + 1) / (k + 1)) + Rest(m) + Rest(n - m) - Rest(k) - Rest(n - k);
            if (Scalar.Log(v * alpha / (a / (us * us) + b)) <= bound) return (long)k;
        }
    }

    /// <summary>ln k! less Stirling's formula at k + 1 without its series, which this is.</summary>
    private static double Rest(double k)
    {
        var (x, square) = (1 / (k + 1), 1 / ((k + 1) * (k + 1)));
        // Below 10 the series has not settled: the factorial is small enough to be exact.
        if (k >= 10) return (1.0 / 12 - (1.0 / 360 - square / 1260) * square) * x;
        var factorial = 1.0;
        for (var i = 2; i <= k; i++) factorial *= i;
        return Scalar.Log(factorial) - (0.9189385332046727 + (k + 0.5) * Scalar.Log(k + 1) - (k + 1));
    }

    /// <summary>Above 0 and below 1.</summary>
    private static double Uniform(ref RandomStream random) => ((random.Next() >> 12) + 0.5) * (1.0 / (1L << 52));
}
