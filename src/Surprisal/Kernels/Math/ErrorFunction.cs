using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// erf in lanes of double: x + x p(x^2) with a minimax polynomial p up to |x| = 1, and 1 - exp(-x^2) q(t) beyond, t = (|x| - 3) / (|x| +
/// 3).
/// </summary>
/// <remarks>
/// q is a minimax polynomial of exp(x^2) erfc(x) on [1, 6]; from there on erf is 1. Within 1.3e-16 at the points of ErrorFunctionTests. -0
/// stays -0, infinities give 1 and -1, NaN stays NaN.
/// </remarks>
internal static class ErrorFunction
{
    private const double Slope = 1.1283791670955126; // 2 / sqrt(pi)

    /// <summary>p, the largest power first.</summary>
    public static ReadOnlySpan<double> Near =>
    [
        5.957176147748911e-11, -1.1372848856791674e-09, 1.4659775274047436e-08, -1.6350312701054695e-07, 1.6461000484121368e-06,
        -1.4925595266831182e-05, 0.0001205533111164271, -0.000854832698083379, 0.0052239776248180145, -0.026866170645076792,
        0.11283791670954879, -0.3761263890318375, 0.1283791670955126,
    ];

    /// <summary>q, the largest power first; within 2e-16 of exp(x^2) erfc(x) relatively.</summary>
    public static ReadOnlySpan<double> Far =>
    [
        3.381355142042904e-09, 1.2755818949624478e-06, 2.0135111426447427e-06, -8.00978093907608e-06, -1.2845780030775907e-05,
        6.406279226046039e-05, 4.525434558991009e-05, -0.0005970624964924544, 0.0007077464666941425, 0.004269136356961225,
        -0.024392499318915004, 0.07166583719747308, -0.15011593650077898, 0.24560380171233487, -0.3262335600430372, 0.17900115118138996,
    ];

    /// <summary>2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static Lanes<double> Erf(in Lanes<double> x)
    {
        Lanes<double> one = Lanes<double>.All(1), six = Lanes<double>.All(6), three = Lanes<double>.All(3);
        var abs = x.Abs();
        var near = Lanes<double>.Fma(x, Polynomial(Near, x * x), x);
        var size = Lanes<double>.Select(Lanes<double>.Greater(abs, six), six, abs); // NaN stays
        var far = one - (-(size * size)).ExpNonPositive() * Polynomial(Far, (size - three) / (size + three));
        far = Lanes<double>.Select(Lanes<double>.All(-0.0), x, far); // the sign bit
        return Lanes<double>.Select(Lanes<double>.Greater(abs, one), far, near);
    }

    /// <summary>The derivative, 2 / sqrt(pi) exp(-x^2), with the rounding error of x^2 carried along.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static Lanes<double> Derivative(in Lanes<double> x)
    {
        var limit = Lanes<double>.All(800); // where exp is 0 in any case
        var square = x * x;
        var error = Lanes<double>.Fma(x, x, -square);
        var saturates = Lanes<double>.Greater(square, limit);
        square = Lanes<double>.Select(saturates, limit, square);
        error = Lanes<double>.Select(saturates, Lanes<double>.Zero, error);
        return Lanes<double>.All(Slope) * new Lanes<double>(Exponential.Exp((-square).Value, (-error).Value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<double> Polynomial(ReadOnlySpan<double> coefficients, Lanes<double> x)
    {
        var y = Lanes<double>.All(coefficients[0]);
        for (var i = 1; i < coefficients.Length; i++) y = Lanes<double>.Fma(y, x, Lanes<double>.All(coefficients[i]));
        return y;
    }
}
