namespace Surprisal.Cuda;

/// <summary>
/// sigma and softplus of a logit z, operation for operation the library's: from e = exp(-|z|) and one division, with the errors of e and of
/// 1 + e carried along.
/// </summary>
internal static class Logistic
{
    /// <summary>sigma(-|z|) = e / (1 + e), rounded once.</summary>
    public static Real<T> SigmaNegative<T>(PtxWriter writer, Real<T> z) where T : struct, IRealFormat =>
        SigmaNegative(writer, z, out _, out _, out _, out _);

    /// <summary>exp(-|z|), with sigma(-|z|) and softplus(-|z|) = log1p(exp(-|z|)).</summary>
    public static Real<T> AtNegativeAbs<T>(PtxWriter writer, Real<T> z, out Real<T> sigmaNegative, out Real<T> softplusNegative)
        where T : struct, IRealFormat
    {
        sigmaNegative = SigmaNegative(writer, z, out var e, out var sum, out var sumError, out var inverse);
        softplusNegative = Logarithm.OfNormal(writer, sum, null, sumError * inverse);
        return e;
    }

    /// <summary>factor x with 0 times infinity 0; a NaN stays.</summary>
    public static Real<T> ZeroSafeProduct<T>(Real<T> factor, Real<T> x) where T : struct, IRealFormat
    {
        var isInfinite = Real<T>.Equal(x.Abs(), Real<T>.Constant(double.PositiveInfinity));
        return Real<T>.Select(Real<T>.Equal(factor, Real<T>.Zero) & isInfinite, Real<T>.Zero, factor * x);
    }

    private static Real<T> SigmaNegative<T>(
        PtxWriter writer, Real<T> z, out Real<T> e, out Real<T> sum, out Real<T> sumError, out Real<T> inverse)
        where T : struct, IRealFormat
    {
        e = Exponential.NonPositive(writer, -z.Abs(), out var eError);
        sum = Real<T>.One + e;
        sumError = e - (sum - Real<T>.One) + eError;
        inverse = Real<T>.One / sum;
        var y = e * inverse;
        return Real<T>.Fma(Real<T>.Fma(-y, sum, e) + (eError - y * sumError), inverse, y);
    }
}
