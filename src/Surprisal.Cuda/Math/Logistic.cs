namespace Surprisal.Cuda;

/// <summary>
/// sigma and softplus of a logit z, operation for operation the library's: from e = exp(-|z|) and one division, with the errors of e and of
/// 1 + e carried along.
/// </summary>
internal static class Logistic
{
    /// <summary>sigma(-|z|) = e / (1 + e), rounded once.</summary>
    public static Real<T> SigmaNegative<T>(PtxWriter writer, Real<T> z) where T : struct, IRealFormat
    {
        var e = Exponential.NonPositive(writer, -z.Abs(), out var eError);
        var sum = Real<T>.One + e;
        var sumError = e - (sum - Real<T>.One) + eError;
        var inverse = Real<T>.One / sum;
        var y = e * inverse;
        return Real<T>.Fma(Real<T>.Fma(-y, sum, e) + (eError - y * sumError), inverse, y);
    }
}
