using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>exp and expm1 against the runtime's double ones, over all exponents.</summary>
public sealed class ExponentialTests
{
    [Fact]
    public void Exp_in_float_is_within_one_ulp_of_the_true_value_for_every_exponent() =>
        Ulps.Check(Ulps.Floats(), x => x.Exp(), x => Math.Exp(x), 1);

    [Fact]
    public void Expm1_in_float_is_within_two_ulps_of_the_true_value_for_every_exponent() =>
        Ulps.Check(Ulps.Floats(), x => x.Expm1(), x => TrueExpm1(x), 2);

    [Fact]
    public void Exp_in_double_is_within_two_ulps_of_the_runtimes() =>
        Ulps.Check(Ulps.Doubles(), x => x.Exp(), Math.Exp, 2);

    [Fact]
    public void Expm1_in_double_is_as_near_as_the_known_identities_tell()
    {
        // For tiny x the series decides, above 1 the subtraction is harmless: both good to an ulp.
        Ulps.Check([.. Ulps.Doubles().Where(x => Math.Abs(x) < 1e-5)], x => x.Expm1(), x => x + x * x / 2 + x * x * x / 6, 2);
        Ulps.Check([.. Ulps.Doubles().Where(x => Math.Abs(x) > 3)], x => x.Expm1(), x => Math.Exp(x) - 1, 2);
        Ulps.Check([.. Enumerable.Range(-3000, 6001).Select(i => i / 1000.0)], x => x.Expm1(), TrueExpm1, 3);
    }

    [Fact]
    public void Special_values_are_exact_in_float()
    {
        float[] x = [0, -0f, float.NegativeInfinity, float.PositiveInfinity, float.NaN, 89, -104, float.MaxValue, float.MinValue, float.Epsilon];
        Assert.Equal([1, 1, 0, float.PositiveInfinity, float.NaN, float.PositiveInfinity, 0, float.PositiveInfinity, 0, 1], Ulps.Run<float>(x, v => v.Exp()));
        Assert.Equal([0, 0, -1, float.PositiveInfinity, float.NaN, float.PositiveInfinity, -1, float.PositiveInfinity, -1, float.Epsilon],
            Ulps.Run<float>(x, v => v.Expm1()));
    }

    [Fact]
    public void Special_values_are_exact_in_double()
    {
        double[] x = [0, -0.0, double.NegativeInfinity, double.PositiveInfinity, double.NaN, 710, -746, double.MaxValue, double.MinValue, double.Epsilon];
        Assert.Equal([1, 1, 0, double.PositiveInfinity, double.NaN, double.PositiveInfinity, 0, double.PositiveInfinity, 0, 1],
            Ulps.Run<double>(x, v => v.Exp()));
        Assert.Equal([0, 0, -1, double.PositiveInfinity, double.NaN, double.PositiveInfinity, -1, double.PositiveInfinity, -1, double.Epsilon],
            Ulps.Run<double>(x, v => v.Expm1()));
    }

    [Fact]
    public void Results_below_the_normal_range_are_denormal_and_not_zero()
    {
        float[] x = [.. Enumerable.Range(0, 1600).Select(i => -87.4f - i * 0.01f)];
        var y = Ulps.Run<float>(x, v => v.Exp());
        Assert.All(y, value => Assert.True(float.IsSubnormal(value)));
        double[] wide = [-709, -720, -740, -745];
        Assert.All(Ulps.Run<double>(wide, v => v.Exp())[1..], value => Assert.True(double.IsSubnormal(value)));
        Assert.True(Ulps.Run<float>([float.BitDecrement(88.72284f)], v => v.Exp())[0] < float.PositiveInfinity);
    }

    /// <summary>exp(x) - 1 with the rounding of exp cancelled: (u - 1) x / log u (Kahan).</summary>
    private static double TrueExpm1(double x)
    {
        var u = Math.Exp(x);
        if (u == 1) return x;
        return u - 1 == -1 || double.IsInfinity(u) ? u - 1 : (u - 1) * x / Math.Log(u);
    }

    [Fact]
    public void Shorter_forms_have_the_same_bits_where_they_hold()
    {
        float[] x = [.. Ulps.Floats().Where(v => v <= 0).Concat([0f, -0f, -87f, -87.4f, -88f, -100f, -103.9f, -104f, -200f, float.NegativeInfinity])];
        var full = Ulps.Run<float>(x, v => v.Exp());
        Assert.Equal(full, Ulps.Run<float>(x, v => v.ExpNonPositive()));
        float[] near = [.. x.Where(v => v >= Exponential.MinNormalFloat)];
        Assert.Equal(Ulps.Run<float>(near, v => v.Exp()), Ulps.Run<float>(near, v => v.ExpNoUnderflow()));
        double[] wide = [.. Ulps.Doubles().Where(v => v <= 0).Concat([-708.0, -709, -740, -745.2, -746, -1000, double.NegativeInfinity])];
        Assert.Equal(Ulps.Run<double>(wide, v => v.Exp()), Ulps.Run<double>(wide, v => v.ExpNonPositive()));
        double[] wideNear = [.. wide.Where(v => v >= Exponential.MinNormalDouble)];
        Assert.Equal(Ulps.Run<double>(wideNear, v => v.Exp()), Ulps.Run<double>(wideNear, v => v.ExpNoUnderflow()));
        Assert.True(float.IsNaN(Ulps.Run<float>([float.NaN], v => v.ExpNonPositive())[0]));
    }
}
