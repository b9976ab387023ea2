namespace Surprisal.Bench.Sweeping;

/// <summary>
/// The functions in double from the C library's exp and log, none of our own code: right to a few of double's ulps for every float, 2^-25
/// of float's.
/// </summary>
internal static class SweepTruth
{
    /// <summary>log(1 + x) with the rounding of u = 1 + x cancelled: log(u) x / (u - 1) (Kahan).</summary>
    public static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : double.IsFinite(u) && u > 0 ? Math.Log(u) * x / (u - 1) : Math.Log(u);
    }

    /// <summary>exp(x) - 1 with the rounding of u = exp(x) cancelled: (u - 1) x / log(u) (Kahan).</summary>
    public static double Expm1(double x)
    {
        var u = Math.Exp(x);
        if (u == 1) return x;
        return u - 1 == -1 || double.IsInfinity(u) ? u - 1 : (u - 1) * x / Math.Log(u);
    }

    public static double Sigmoid(double x)
    {
        var e = Math.Exp(-Math.Abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }

    public static double Softplus(double x) => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));

    public static double LogSigmoid(double x) => 0 - Softplus(-x);

    public static double Tanh(double x)
    {
        var e = Expm1(2 * Math.Min(Math.Abs(x), 30)); // beyond 30 it is 1 in double too
        return double.IsNaN(x) ? x : Math.CopySign(e / (e + 2), x);
    }
}
