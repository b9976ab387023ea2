namespace Surprisal.Cuda;

/// <summary>exp, operation for operation the library's: x = n ln 2 + r, then 2^n (1 + r + r^2 p(r)).</summary>
internal static class Exponential
{
    /// <summary>The coefficients of p, highest power first: a test compares them with the library's by its results.</summary>
    private static readonly double[] floats = [0.0013820993f, 0.008368671f, 0.041668262f, 0.16666521f, 0.49999994f];

    /// <inheritdoc cref="floats"/>
    private static readonly double[] doubles =
    [
        2.5011010501165785e-8, 2.7630400971600446e-7, 2.7557549831829462e-6, 2.4801492604102727e-5, 0.00019841269550453398,
        0.0013888888944204713, 0.008333333333472234, 0.04166666666652736, 0.16666666666666452, 0.5000000000000011,
    ];

    /// <summary>exp(x - m) for x up to m, infinities and NaN included, and d = x - m; the error of the difference goes into the
    /// result.</summary>
    public static Real<T> Shifted<T>(PtxWriter writer, Real<T> x, Real<T> m, out Real<T> d) where T : struct, IRealFormat
    {
        d = x - m;
        var rounded = x - d;
        var error = x - (d + rounded) + (rounded - m);
        var e = NonPositive(writer, d);
        return Real<T>.Fma(e, Real<T>.Select(Real<T>.Equal(error, error), error, Real<T>.Zero), e);
    }

    /// <summary>exp(x); NaN stays NaN.</summary>
    public static Real<T> Of<T>(PtxWriter writer, Real<T> x) where T : struct, IRealFormat => Real<T>.Select(
        x > Real<T>.Constant(T.Size == 4 ? 88.72284f : 709.782712893384), Real<T>.Constant(double.PositiveInfinity),
        NonPositive(writer, x));

    /// <summary>exp(x) for x at most 0; NaN stays NaN.</summary>
    public static Real<T> NonPositive<T>(PtxWriter writer, Real<T> x) where T : struct, IRealFormat =>
        Scale(writer, OfReduced(writer, x, out _, out _, out var shifted), shifted);

    /// <summary>exp(x) for x at most 0, and the error of the last rounding.</summary>
    public static Real<T> NonPositive<T>(PtxWriter writer, Real<T> x, out Real<T> error) where T : struct, IRealFormat
    {
        var y = OfReduced(writer, x, out var r, out var slope, out var shifted);
        error = Scale(writer, Real<T>.Fma(slope, r, Real<T>.One - y), shifted);
        return Scale(writer, y, shifted);
    }

    /// <summary>exp(r) of the reduced argument r.</summary>
    private static Real<T> OfReduced<T>(PtxWriter writer, Real<T> x, out Real<T> r, out Real<T> slope, out Real<T> shifted)
        where T : struct, IRealFormat
    {
        var single = T.Size == 4;
        var round = Real<T>.Constant(single ? 12582912 : 6755399441055744); // pushes the fraction out
        x = Real<T>.MaxOrSecond(Real<T>.Constant(single ? -104 : -746), x);
        shifted = Real<T>.Fma(x, Real<T>.Constant(single ? 1.44269504f : 1.4426950408889634), round);
        var whole = shifted - round;
        var high = Real<T>.Fma(whole, Real<T>.Constant(single ? -0.693145752f : -0.693147180369123816490), x);
        r = Real<T>.Fma(whole, Real<T>.Constant(single ? -1.42860677e-6f : -1.90821492927058770002e-10), high);
        var coefficients = single ? floats : doubles;
        var p = Real<T>.Fma(r, Real<T>.Constant(coefficients[0]), Real<T>.Constant(coefficients[1]));
        foreach (var coefficient in coefficients.AsSpan(2)) p = Real<T>.Fma(p, r, Real<T>.Constant(coefficient));
        slope = Real<T>.Fma(p, r, Real<T>.One);
        return Real<T>.Fma(slope, r, Real<T>.One);
    }

    /// <summary>y 2^n, with n in the low bits of <paramref name="shifted"/>.</summary>
    private static Real<T> Scale<T>(PtxWriter writer, Real<T> y, Real<T> shifted) where T : struct, IRealFormat
    {
        // two factors: 2^n itself may be denormal where the product is not
        if (T.Size == 4)
        {
            var n = writer.BitsOf<T, S32>(shifted) - 0x4B400000;
            var half = n >> 1;
            return y * writer.FromBits<S32, T>(half + 127 << 23) * writer.FromBits<S32, T>(n - half + 127 << 23);
        }
        var wideN = writer.BitsOf<T, S64>(shifted) - 0x4338000000000000;
        var wideHalf = wideN >> 1;
        return y * writer.FromBits<S64, T>(wideHalf + 1023 << 52) * writer.FromBits<S64, T>(wideN - wideHalf + 1023 << 52);
    }
}
