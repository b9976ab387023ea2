namespace Surprisal.Cuda;

/// <summary>log(1 + x) in double, operation for operation the library's.</summary>
internal static class Logarithm
{
    private const long SqrtHalf = 0x3FE6A09E667F3BCD;

    /// <summary>log(1 + x): log(u) with u = 1 + x, to which the rounding error of u is added back.</summary>
    public static Real<F64> Log1p(PtxWriter writer, Real<F64> x)
    {
        var (one, infinity) = (Real<F64>.One, Real<F64>.Constant(double.PositiveInfinity));
        var u = one + x;
        var error = Real<F64>.Select(x < one, x - (u - one), one - (u - x));
        var y = LogOfNormal(writer, u, error / u);
        y = Real<F64>.Select(Real<F64>.Equal(x, Real<F64>.Zero) | Real<F64>.Equal(x, infinity), x, y);
        y = Real<F64>.Select(Real<F64>.Equal(x, Real<F64>.Constant(-1)), Real<F64>.Constant(double.NegativeInfinity), y);
        return Real<F64>.Select(x >= Real<F64>.Constant(-1), y, Real<F64>.NaN);
    }

    /// <summary>log(x) + addend for positive normal x: x = 2^k (1 + f), s = f / (2 + f), k ln 2 + 2 artanh(s).</summary>
    private static Real<F64> LogOfNormal(PtxWriter writer, Real<F64> x, Real<F64> addend)
    {
        static Real<F64> Number(double value) => Real<F64>.Constant(value);

        var bits = writer.BitsOf<F64, S64>(x) - SqrtHalf;
        var f = writer.FromBits<S64, F64>((bits & 0xFFFFFFFFFFFFF) + SqrtHalf) - Real<F64>.One;
        var k = writer.ToReal<S64, F64>(bits >> 52);
        var s = f / (f + Number(2));
        var z = s * s;
        var series = Real<F64>.Fma(z, Number(2.0 / 23), Number(2.0 / 21));
        for (var n = 19; n >= 3; n -= 2) series = Real<F64>.Fma(series, z, Number(2.0 / n));
        var halfSquare = f * f * Number(0.5);
        var rest = Real<F64>.Fma(s, Real<F64>.Fma(z, series, halfSquare), Real<F64>.Fma(k, Number(1.90821492927058770002e-10), addend));
        return Real<F64>.Fma(k, Number(0.693147180369123816490), f - (halfSquare - rest));
    }
}
