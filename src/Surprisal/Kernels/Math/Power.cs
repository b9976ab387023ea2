using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// x^e in lanes of double, IEEE's pow: exp(e log |x|) with the logarithm as a double-double, within one ulp; then the cases at 0, 1,
/// infinity and NaN.
/// </summary>
/// <remarks>
/// log(m) = 2 artanh(s) with s = (m - 1) / (m + 1), its first terms as double-doubles (v, vLow): e multiplies every error by up to 745.
/// </remarks>
internal static class Power
{
    private const double Third = 1.0 / 3, ThirdLow = 1.850371707708594e-17; // 1/3 - Third

    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static Lanes<double> Pow(in Lanes<double> x, double e)
    {
        var one = Lanes<double>.All(1);
        if (e == 0) return one;
        if (e == 1) return x;
        if (e == 2) return x * x;
        if (double.IsNaN(e)) return Lanes<double>.Select(Lanes<double>.Equal(x, one), one, Lanes<double>.All(e));
        var abs = x.Abs();
        var infinity = Lanes<double>.All(double.PositiveInfinity);
        var y = PowOfPositive(abs, e);
        y = Lanes<double>.Select(Lanes<double>.Equal(abs, Lanes<double>.Zero), e > 0 ? Lanes<double>.Zero : infinity, y);
        y = Lanes<double>.Select(Lanes<double>.Equal(abs, infinity), e > 0 ? infinity : Lanes<double>.Zero, y);
        y = Lanes<double>.Select(Lanes<double>.Equal(abs, one), one, y);
        if (e != Math.Floor(e)) // of negative numbers only that of -infinity exists
            y = Lanes<double>.Select(Lanes<double>.And(Lanes<double>.Greater(Lanes<double>.Zero, x), Lanes<double>.Greater(infinity, abs)),
                Lanes<double>.All(double.NaN), y);
        else if (Math.Abs(e % 2) == 1)
            y = Lanes<double>.Select(Lanes<double>.All(-0.0), x, y); // the sign bit
        return Lanes<double>.Select(Lanes<double>.Equal(x, x), y, x);
    }

    /// <summary>x^e for positive finite x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<double> PowOfPositive(Lanes<double> x, double e)
    {
        var log = Log(x, out var logLow);
        var (exponent, limit) = (Lanes<double>.All(e), Lanes<double>.All(800));
        var p = exponent * log;
        var pLow = Lanes<double>.Fma(exponent, log, -p) + exponent * logLow;
        var saturates = Lanes<double>.Greater(p.Abs(), limit); // where exp is 0 or infinite in any case
        p = Lanes<double>.Select(Lanes<double>.Greater(p, limit), limit, Lanes<double>.Select(Lanes<double>.Greater(-limit, p), -limit, p));
        return new(Exponential.Exp(p.Value, Lanes<double>.Select(saturates, Lanes<double>.Zero, pLow).Value));
    }

    /// <summary>log(x) of positive finite x as a double-double: returns the upper part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<double> Log(Lanes<double> x, out Lanes<double> low)
    {
        Logarithm.Decompose(x.Value, out var k, out var fraction);
        Lanes<double> whole = new(k), f = new(fraction), two = Lanes<double>.All(2);
        var t = f + two;
        var tLow = f - (t - two);
        var s = f / t;
        var sLow = (Lanes<double>.Fma(-s, t, f) - s * tLow) / t;
        var z = s * s;
        var zLow = Lanes<double>.Fma(s, s, -z) + two * s * sLow;
        var series = Lanes<double>.All(1.0 / 25);
        for (var n = 23; n >= 5; n -= 2) series = Lanes<double>.Fma(series, z, Lanes<double>.All(1.0 / n));
        var tail = z * series;
        var q = Lanes<double>.All(Third) + tail; // artanh(s) = s (1 + z q)
        var qLow = Lanes<double>.All(Third) - q + tail + Lanes<double>.Fma(zLow, series, Lanes<double>.All(ThirdLow));
        var r = z * q;
        var rLow = Lanes<double>.Fma(z, q, -r) + Lanes<double>.Fma(z, qLow, zLow * q);
        var u = s * r;
        var uLow = Lanes<double>.Fma(s, r, -u) + Lanes<double>.Fma(s, rLow, Lanes<double>.Fma(sLow, r, sLow));
        var a = s + u;
        var aLow = s - a + u + uLow;
        var kLn2 = whole * Lanes<double>.All(0.693147180369123816490); // exact: ln 2 in two parts
        var sum = kLn2 + two * a;
        var rest = two * a - (sum - kLn2) + Lanes<double>.Fma(whole, Lanes<double>.All(1.90821492927058770002e-10), two * aLow);
        var y = sum + rest;
        low = rest - (y - sum);
        return y;
    }
}
