namespace Surprisal.Tests.Losses;

/// <summary>The numbers at which formulas part, and how an answer is compared there: NaN and each infinity exactly, the rest closely.</summary>
internal static class EdgeNumbers
{
    public static double[] All { get; } = [0, 1, 0.5, -1, double.PositiveInfinity, double.NegativeInfinity, double.NaN];

    /// <summary>All triples of them.</summary>
    public static double[][] Triples { get; } = [.. from a in All from b in All from c in All select new[] { a, b, c }];

    public static double Softplus(double z) => Math.Max(z, 0) + Log1p(Math.Exp(-Math.Abs(z)));

    public static double Sigmoid(double z) => z > 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));

    /// <summary>A product in which 0 times infinity is 0, as section 16 decides at infinite logits.</summary>
    public static double Times(double factor, double x) => factor == 0 && double.IsInfinity(x) ? 0 : factor * x;

    /// <summary>PyTorch's log-softmax of a row: NaN where the largest is not finite.</summary>
    public static double[] LogSoftmax(double[] x)
    {
        var max = x.Max();
        if (x.Any(double.IsNaN) || !double.IsFinite(max)) return [.. x.Select(static _ => double.NaN)];
        var sum = x.Sum(v => Math.Exp(v - max));
        return [.. x.Select(v => v - max - Math.Log(sum))];
    }

    /// <summary>Fails with everything that led to the number.</summary>
    public static void Same<T>(double expected, T actual, Func<string> about) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var got = double.CreateTruncating(actual);
        if (got.Equals(expected) || (got == 0 && expected == 0)) return;
        if (double.IsFinite(expected) && Math.Abs(got - expected) <= 2e-6 * Math.Abs(expected) + 1e-7) return;
        Assert.Fail($"{about()} is {got:R}, expected {expected:R}");
    }

    private static double Log1p(double x) => x < 1e-4 ? x - x * x / 2 : Math.Log(1 + x);
}
