using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>Sigmoid, log-sigmoid and softplus in ulps of the true value, over all exponents and both tails.</summary>
public sealed class FormulasTests
{
    // All exponents, and the range where the results are neither constant nor the identity, in steps of 1/1000.
    private static readonly float[] Floats = [.. Ulps.Floats(), .. Enumerable.Range(-110_000, 220_001).Select(i => i / 1000f)];
    private static readonly double[] Doubles = [.. Ulps.Doubles(), .. Enumerable.Range(-50_000, 100_001).Select(i => i / 1000.0)];

    [Fact]
    public void Sigmoid_in_float_is_within_two_ulps() => Ulps.Check(Floats, default(Formulas<float>.Sigmoid).Apply, TrueSigmoid, 1.6);

    [Fact]
    public void Sigmoid_in_double_is_within_three_ulps_of_the_runtimes() => Ulps.Check(Doubles, default(Formulas<double>.Sigmoid).Apply, TrueSigmoid, 3);

    [Fact]
    public void LogSigmoid_in_float_is_within_two_ulps() => Ulps.Check(Floats, default(Formulas<float>.LogSigmoid).Apply, TrueLogSigmoid, 2);

    [Fact]
    public void LogSigmoid_in_double_is_within_three_ulps_of_the_runtimes() =>
        Ulps.Check(Doubles, default(Formulas<double>.LogSigmoid).Apply, TrueLogSigmoid, 3);

    [Fact]
    public void Softplus_in_float_is_within_two_ulps() =>
        Ulps.Check(Floats, new Formulas<float>.Softplus(1, float.PositiveInfinity).Apply, x => -TrueLogSigmoid(-x), 2);

    [Fact]
    public void Softplus_in_double_is_within_three_ulps_of_the_runtimes() =>
        Ulps.Check(Doubles, new Formulas<double>.Softplus(1, double.PositiveInfinity).Apply, x => -TrueLogSigmoid(-x), 3);

    private static double TrueSigmoid(double x) => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x));

    private static double TrueLogSigmoid(double x) => x < 0 ? x - TrueLog1p(Math.Exp(x)) : -TrueLog1p(Math.Exp(-x));

    /// <summary>log(1 + x) with the rounding of u = 1 + x cancelled: log(u) x / (u - 1) (Kahan).</summary>
    private static double TrueLog1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : Math.Log(u) * x / (u - 1);
    }
}
