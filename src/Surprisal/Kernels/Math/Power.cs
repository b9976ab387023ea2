using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>x^e in lanes of double, IEEE's pow: exp(e log |x|), both in two parts, within one unit of the last place; then the cases at 0, 1, infinity and NaN.</summary>
/// <remarks>log(m) = 2 artanh(s) with s = (m - 1) / (m + 1), its first terms in two parts: e multiplies every error by up to 745.</remarks>
internal static class Power
{
    private const double Third = 1.0 / 3, ThirdRest = 1.850371707708594e-17; // what rounding took from the third

    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static Lanes<double> Of(in Lanes<double> x, double e)
    {
        var one = Lanes<double>.All(1);
        if (e == 0) return one;
        if (e == 1) return x;
        if (e == 2) return x * x;
        if (double.IsNaN(e)) return Lanes<double>.Select(Lanes<double>.Equal(x, one), one, Lanes<double>.All(e));
        var size = x.Abs();
        var infinity = Lanes<double>.All(double.PositiveInfinity);
        var y = Positive(size, e);
        y = Lanes<double>.Select(Lanes<double>.Equal(size, Lanes<double>.Zero), e > 0 ? Lanes<double>.Zero : infinity, y);
        y = Lanes<double>.Select(Lanes<double>.Equal(size, infinity), e > 0 ? infinity : Lanes<double>.Zero, y);
        y = Lanes<double>.Select(Lanes<double>.Equal(size, one), one, y);
        if (e != Math.Floor(e)) // of negative numbers only that of -infinity exists
            y = Lanes<double>.Select(Lanes<double>.And(Lanes<double>.Greater(Lanes<double>.Zero, x), Lanes<double>.Greater(infinity, size)), Lanes<double>.All(double.NaN), y);
        else if (Math.Abs(e % 2) == 1)
            y = Lanes<double>.Select(Lanes<double>.All(-0.0), x, y); // the sign's bit
        return Lanes<double>.Select(Lanes<double>.Equal(x, x), y, x);
    }

    /// <summary>Of positive finite numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<double> Positive(Lanes<double> x, double e)
    {
        var high = Log(x, out var low);
        var (exponent, limit) = (Lanes<double>.All(e), Lanes<double>.All(800));
        var p = exponent * high;
        var rest = Lanes<double>.Fma(exponent, high, -p) + exponent * low;
        var isFar = Lanes<double>.Greater(p.Abs(), limit); // where exp is 0 or infinite in any case
        p = Lanes<double>.Select(Lanes<double>.Greater(p, limit), limit, Lanes<double>.Select(Lanes<double>.Greater(-limit, p), -limit, p));
        return new(Exponential.Exp(p.Value, Lanes<double>.Select(isFar, Lanes<double>.Zero, rest).Value));
    }

    /// <summary>log(x) of positive finite numbers, and what the rounding took.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<double> Log(Lanes<double> x, out Lanes<double> low)
    {
        Logarithm.Split(x.Value, out var k, out var fraction);
        Lanes<double> whole = new(k), f = new(fraction), two = Lanes<double>.All(2);
        var t = f + two;
        var tRest = f - (t - two);
        var s = f / t;
        var sRest = (Lanes<double>.Fma(-s, t, f) - s * tRest) / t;
        var z = s * s;
        var zRest = Lanes<double>.Fma(s, s, -z) + two * s * sRest;
        var series = Lanes<double>.All(1.0 / 25);
        for (var n = 23; n >= 5; n -= 2) series = Lanes<double>.Fma(series, z, Lanes<double>.All(1.0 / n));
        var more = z * series;
        var q = Lanes<double>.All(Third) + more; // artanh(s) = s (1 + z q)
        var qRest = Lanes<double>.All(Third) - q + more + Lanes<double>.Fma(zRest, series, Lanes<double>.All(ThirdRest));
        var r = z * q;
        var rRest = Lanes<double>.Fma(z, q, -r) + Lanes<double>.Fma(z, qRest, zRest * q);
        var u = s * r;
        var uRest = Lanes<double>.Fma(s, r, -u) + Lanes<double>.Fma(s, rRest, Lanes<double>.Fma(sRest, r, sRest));
        var a = s + u;
        var aRest = s - a + u + uRest;
        var large = whole * Lanes<double>.All(0.693147180369123816490); // exact: ln 2 in two parts
        var sum = large + two * a;
        var rest = two * a - (sum - large) + Lanes<double>.Fma(whole, Lanes<double>.All(1.90821492927058770002e-10), two * aRest);
        var y = sum + rest;
        low = rest - (y - sum);
        return y;
    }
}
