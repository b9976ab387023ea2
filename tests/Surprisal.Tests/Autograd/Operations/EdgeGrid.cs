namespace Surprisal.Tests.Autograd;

/// <summary>The numbers at which formulas break, and how far an answer may be from the truth.</summary>
internal static class EdgeGrid
{
    /// <summary>Zeros, ones, fractions, whole numbers, both ends of every type's range, what exp and its kin turn at, infinities and NaN.</summary>
    public static readonly double[] Numbers =
    [
        0, -0.0, 1, -1, 0.5, -0.5, 0.3, -0.7, 2, -2, 3, -3, 8.7, -8.7, 20, -20, 50, -50, 95, -95, 100, -100, 1e-4, -1e-4, 6e-8, 6e4, -6e4, 1e-19, 1e-25, 1e-24,
        1e19, 1e22, 1e25, 1e-30, -1e-30, 1e30, -1e30, 1e-38, 1.5e-45, 3e38, -3e38, 1e-300, 1e300, 5e-324, 1.7e308, double.PositiveInfinity,
        double.NegativeInfinity, double.NaN,
    ];

    public static readonly double[] Upstreams = [1, 0, -2.5, 1e30, 1e-30, 1e-38, double.PositiveInfinity, double.NaN];

    /// <summary>The numbers as T has them; those beyond its range are infinite or 0.</summary>
    public static T[] Of<T>(double[] numbers) where T : unmanaged, INumber<T> => Array.ConvertAll(numbers, static number => T.CreateTruncating(number));

    /// <summary>
    /// Fails where <paramref name="actual"/> is farther than <paramref name="ulps"/> units of the last place from the truth rounded to T. A zero's sign counts
    /// only if asked for.
    /// </summary>
    public static void Check<T>(double truth, T actual, double ulps, string what, bool signedZero = false) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rounded = T.CreateTruncating(truth);
        if (T.IsNaN(rounded) ? T.IsNaN(actual) : rounded == actual && (!signedZero || T.IsNegative(rounded) == T.IsNegative(actual))) return;
        var unit = T.IsFinite(rounded) ? double.CreateTruncating(T.BitIncrement(T.Abs(rounded)) - T.Abs(rounded)) : 0;
        if (T.IsFinite(actual) && rounded != actual && Math.Abs(double.CreateTruncating(actual) - truth) <= ulps * unit) return;
        Assert.Fail($"{typeof(T).Name}: {what} is {actual:R}, right is {rounded:R}.");
    }
}
