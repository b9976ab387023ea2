using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>log against the runtime's double one, over all exponents and near 1.</summary>
public sealed class LogarithmTests
{
    [Fact]
    public void Log_in_float_is_within_one_ulp_of_the_true_value_for_every_exponent() =>
        Ulps.Check([.. Ulps.Floats().Where(x => x > 0)], x => x.Log(), x => Math.Log(x), 1);

    [Fact]
    public void Log_in_float_keeps_its_accuracy_near_one() =>
        Ulps.Check([.. Enumerable.Range(-20_000, 40_001).Select(i => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(1f) + i))], x => x.Log(),
            x => Math.Log(x), 1);

    [Fact]
    public void Log_in_double_is_within_two_ulps_of_the_runtimes() =>
        Ulps.Check([.. Ulps.Doubles().Where(x => x > 0)], x => x.Log(), Math.Log, 2);

    [Fact]
    public void Special_values_are_exact()
    {
        float[] x = [1, 0, -0f, -1, float.NegativeInfinity, float.PositiveInfinity, float.NaN];
        Assert.Equal([0, float.NegativeInfinity, float.NegativeInfinity, float.NaN, float.NaN, float.PositiveInfinity, float.NaN],
            Ulps.Run<float>(x, v => v.Log()));
        double[] wide = [1, 0, -0.0, -1, double.NegativeInfinity, double.PositiveInfinity, double.NaN];
        Assert.Equal([0, double.NegativeInfinity, double.NegativeInfinity, double.NaN, double.NaN, double.PositiveInfinity, double.NaN],
            Ulps.Run<double>(wide, v => v.Log()));
    }

    [Fact]
    public void The_smallest_numbers_have_logarithms()
    {
        Assert.Equal((float)Math.Log(float.Epsilon), Ulps.Run<float>([float.Epsilon], v => v.Log())[0]);
        Assert.Equal(Math.Log(double.Epsilon), Ulps.Run<double>([double.Epsilon], v => v.Log())[0], 1e-12);
    }

    [Fact]
    public void Log1p_in_float_is_within_two_ulps_of_the_true_value_for_every_exponent() =>
        Ulps.Check([.. Ulps.Floats().Where(x => x > -1)], x => x.Log1p(), x => Scalar.Log1p(x), 2);

    [Fact]
    public void Log1p_of_special_values_is_exact()
    {
        float[] x = [0, -1, -2, float.NegativeInfinity, float.PositiveInfinity, float.NaN];
        Assert.Equal([0, float.NegativeInfinity, float.NaN, float.NaN, float.PositiveInfinity, float.NaN], Ulps.Run<float>(x, v => v.Log1p()));
        Assert.Equal(Array.ConvertAll(Ulps.Run<float>(x, v => v.Log1p()), v => (double)v),
            Ulps.Run<double>(Array.ConvertAll(x, v => (double)v), v => v.Log1p()));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-300)]
    [InlineData(1e-17)]
    [InlineData(1e-9)]
    [InlineData(1e-4)]
    [InlineData(-1e-9)]
    public void Log1p_keeps_small_numbers(double x) => Assert.Equal(x - x * x / 2 + x * x * x / 3 - x * x * x * x / 4, Scalar.Log1p(x), Math.Abs(x) * 1e-15);

    [Theory]
    [InlineData(0.5)]
    [InlineData(3.0)]
    [InlineData(1e10)]
    [InlineData(-0.5)]
    [InlineData(double.PositiveInfinity)]
    public void Log1p_of_large_numbers_is_the_logarithm(double x) => Assert.Equal(Math.Log(1 + x), Scalar.Log1p(x), 1e-14);
}
