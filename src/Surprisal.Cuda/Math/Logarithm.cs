namespace Surprisal.Cuda;

/// <summary>log(x) and log(1 + x), operation for operation the library's.</summary>
internal static class Logarithm
{
    /// <summary>log(x): 0 gives -infinity, negative numbers and NaN give NaN, denormal numbers are scaled first.</summary>
    public static Real<T> Log<T>(PtxWriter writer, Real<T> x) where T : struct, IRealFormat
    {
        var single = T.Size == 4;
        var (zero, infinity) = (Real<T>.Zero, Real<T>.Constant(double.PositiveInfinity));
        var isDenormal = x < Real<T>.Constant(single ? 1.17549435e-38f : 2.2250738585072014e-308);
        var y = OfNormal(writer, Real<T>.Select(isDenormal, x * Real<T>.Constant(single ? 8388608 : 4503599627370496), x),
            Real<T>.Select(isDenormal, Real<T>.Constant(single ? 23 : 52), zero), zero);
        y = Real<T>.Select(Real<T>.Equal(x, zero), Real<T>.Constant(double.NegativeInfinity), y);
        y = Real<T>.Select(Real<T>.Equal(x, infinity), x, y);
        return Real<T>.Select(x >= zero, y, Real<T>.NaN);
    }

    /// <summary>log(1 + x): log(u) with u = 1 + x, to which the rounding error of u is added back.</summary>
    public static Real<T> Log1p<T>(PtxWriter writer, Real<T> x) where T : struct, IRealFormat
    {
        var (one, infinity) = (Real<T>.One, Real<T>.Constant(double.PositiveInfinity));
        var u = one + x;
        var error = Real<T>.Select(x < one, x - (u - one), one - (u - x));
        var y = OfNormal(writer, u, null, error / u);
        y = Real<T>.Select(Real<T>.Equal(x, Real<T>.Zero) | Real<T>.Equal(x, infinity), x, y);
        y = Real<T>.Select(Real<T>.Equal(x, Real<T>.Constant(-1)), Real<T>.Constant(double.NegativeInfinity), y);
        return Real<T>.Select(x >= Real<T>.Constant(-1), y, Real<T>.NaN);
    }

    /// <summary>
    /// log(x 2^-scale) + addend for positive normal x: x = 2^k (1 + f), s = f / (2 + f), k ln 2 + 2 artanh(s). A scale of null is 0.
    /// </summary>
    public static Real<T> OfNormal<T>(PtxWriter writer, Real<T> x, Real<T>? scale, Real<T> addend) where T : struct, IRealFormat
    {
        static Real<T> Number(double value) => Real<T>.Constant(value);

        var single = T.Size == 4;
        Real<T> f, k;
        if (single)
        {
            const long sqrtHalf = 0x3F3504F3;
            var bits = writer.BitsOf<T, S32>(x) - sqrtHalf;
            f = writer.FromBits<S32, T>((bits & 0x7FFFFF) + sqrtHalf) - Real<T>.One;
            k = writer.ToReal<S32, T>(bits >> 23);
        }
        else
        {
            const long sqrtHalf = 0x3FE6A09E667F3BCD;
            var bits = writer.BitsOf<T, S64>(x) - sqrtHalf;
            f = writer.FromBits<S64, T>((bits & 0xFFFFFFFFFFFFF) + sqrtHalf) - Real<T>.One;
            k = writer.ToReal<S64, T>(bits >> 52);
        }
        if (scale is { } exponent) k -= exponent;
        var s = f / (f + Number(2));
        var z = s * s;
        var terms = single ? 11 : 23;
        var series = Real<T>.Fma(z, Coefficient<T>(terms), Coefficient<T>(terms - 2));
        for (var n = terms - 4; n >= 3; n -= 2) series = Real<T>.Fma(series, z, Coefficient<T>(n));
        var halfSquare = f * f * Number(0.5);
        var rest = Real<T>.Fma(s, Real<T>.Fma(z, series, halfSquare),
            Real<T>.Fma(k, Number(single ? 1.42860677e-6f : 1.90821492927058770002e-10), addend));
        return Real<T>.Fma(k, Number(single ? 0.693145752f : 0.693147180369123816490), f - (halfSquare - rest));
    }

    private static Real<T> Coefficient<T>(int n) where T : struct, IRealFormat => Real<T>.Constant(T.Size == 4 ? 2f / n : 2.0 / n);
}
