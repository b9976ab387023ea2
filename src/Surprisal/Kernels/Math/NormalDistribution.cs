using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>The normal distribution in lanes of double: Phi(x) = erfc(-x / sqrt(2)) / 2 and its density phi(x).</summary>
/// <remarks>
/// With a = |x| / sqrt(2): (1 + erf) / 2 by <see cref="ErrorFunction"/>'s polynomial up to a = 1. Beyond, the smaller tail is exp(-x^2 / 2)
/// E(a) / 2, E(a) = exp(a^2) erfc(a), which is q(t) up to 6 and from there on the continued fraction 1 / (a + (1/2) / (a + 1 / (a + (3/2) /
/// (a + ...)))) / sqrt(pi), cut after twelve levels, where it is 5e-16 off. So both tails keep their digits down to the denormals.
/// </remarks>
internal static class NormalDistribution
{
    private const double InverseRootTwo = 0.7071067811865475244, InverseRootPi = 0.5641895835477562870, HalfSlope = 0.3989422804014326779;

    /// <summary>The numerator of the continued fraction in a^2, the largest power first.</summary>
    private static ReadOnlySpan<double> Numerator => [1, 38.5, 517.5, 2976.75, 7172.8125, 5857.03125, 720];

    /// <summary>Its denominator, without a factor of a.</summary>
    private static ReadOnlySpan<double> Denominator => [1, 39, 536.25, 3217.5, 8445.9375, 8445.9375, 2111.484375];

    /// <summary>Phi(x), the probability of a number below x: 0 at -infinity, 1 at +infinity; NaN stays.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static Lanes<double> Probability(in Lanes<double> x)
    {
        Lanes<double> one = Lanes<double>.All(1), half = Lanes<double>.All(0.5), three = Lanes<double>.All(3);
        var limit = Lanes<double>.All(40);
        var z = x * Lanes<double>.All(InverseRootTwo);
        var near = Lanes<double>.Fma(half, Lanes<double>.Fma(z, ErrorFunction.Polynomial(ErrorFunction.Near, z * z), z), half);
        var abs = z.Abs();
        var size = Lanes<double>.Select(Lanes<double>.Greater(abs, limit), limit, abs); // NaN stays
        var square = size * size;
        var fraction = Lanes<double>.All(InverseRootPi) * ErrorFunction.Polynomial(Numerator, square) /
            (size * ErrorFunction.Polynomial(Denominator, square));
        var scaled = Lanes<double>.Select(Lanes<double>.Greater(size, Lanes<double>.All(6)), fraction,
            ErrorFunction.Polynomial(ErrorFunction.Far, (size - three) / (size + three)));
        var tail = half * scaled * ExpOfHalfSquare(x);
        var far = Lanes<double>.Select(Lanes<double>.Greater(x, Lanes<double>.Zero), one - tail, tail);
        return Lanes<double>.Select(Lanes<double>.Greater(abs, one), far, near);
    }

    /// <summary>phi(x) = exp(-x^2 / 2) / sqrt(2 pi); 0 at the infinities, NaN stays.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static Lanes<double> Density(in Lanes<double> x) => Lanes<double>.All(HalfSlope) * ExpOfHalfSquare(x);

    /// <summary>exp(-x^2 / 2) with the rounding error of x^2 carried along.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<double> ExpOfHalfSquare(Lanes<double> x)
    {
        Lanes<double> limit = Lanes<double>.All(800), half = Lanes<double>.All(-0.5); // beyond exp is 0 in any case
        var square = x * x;
        var error = half * Lanes<double>.Fma(x, x, -square);
        square = half * square;
        var saturates = Lanes<double>.Greater(-square, limit);
        square = Lanes<double>.Select(saturates, -limit, square);
        error = Lanes<double>.Select(saturates, Lanes<double>.Zero, error);
        return new(Exponential.Exp(square.Value, error.Value));
    }
}
