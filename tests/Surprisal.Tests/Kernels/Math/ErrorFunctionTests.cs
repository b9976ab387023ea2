using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>erf and its derivative in double against series of whole numbers with 300 bits.</summary>
public sealed class ErrorFunctionTests
{
    private const int Bits = 300;

    private static readonly BigInteger Slope = // 2 / sqrt(pi)
        (BigInteger.Parse("1128379167095512573896158903121545171688101258657997713688171") << Bits) / BigInteger.Pow(10, 60);

    [Fact]
    public void Erf_is_right_to_the_last_place_but_one()
    {
        for (var i = 1; i <= 6 * 97; i++)
        {
            var x = i / 97.0;
            var (_, square) = Fixed(x);
            var (sum, term) = (BigInteger.Zero, Fixed(x).X);
            for (var n = 0; !term.IsZero; n++, term = -(term * square >> Bits) / n) sum += term / (2 * n + 1);
            var truth = (double)(Slope * sum >> Bits + 100) / Math.Pow(2, Bits - 100);
            Near(truth, Erf(x), 1.5, x);
            Assert.Equal(-Erf(x), Erf(-x));
        }
    }

    [Fact]
    public void The_derivative_is_right_to_the_last_places()
    {
        for (var i = 0; i <= 26 * 13; i++)
        {
            var x = i / 13.0;
            var (sum, term) = (BigInteger.Zero, BigInteger.One << Bits); // exp(x^2), of which no term is negative
            for (var n = 1; !term.IsZero; n++)
            {
                sum += term;
                term = (term * Fixed(x).Square >> Bits) / n;
            }
            var quotient = (Slope << 2000) / sum;
            var excess = (int)quotient.GetBitLength() - 60;
            var truth = Math.ScaleB((double)(quotient >> excess), excess - 2000);
            if (truth > 1e-300) Near(truth, Derivative(x), 3, x);
        }
    }

    [Fact]
    public void The_limits_are_exact()
    {
        Assert.Equal([1, -1, double.NaN, 0, -0.0], new[] { Erf(double.PositiveInfinity), Erf(double.NegativeInfinity), Erf(double.NaN), Erf(0), Erf(-0.0) });
        Assert.True(double.IsNegative(Erf(-0.0)));
        Assert.Equal([0, 0, double.NaN, 0], new[]
            { Derivative(double.PositiveInfinity), Derivative(double.NegativeInfinity), Derivative(double.NaN), Derivative(1e200) });
        Assert.Equal([1, 1, 1], new[] { Erf(6), Erf(30), Erf(1e300) });
        Assert.Equal(double.Epsilon, Erf(double.Epsilon));
    }

    private static double Erf(double x) => ErrorFunction.Erf(Lanes<double>.All(x)).Value[3];

    private static double Derivative(double x) => ErrorFunction.Derivative(Lanes<double>.All(x)).Value[3];

    /// <summary>x and its square with 300 bits behind the point: exact, as a double has at most 60 here.</summary>
    private static (BigInteger X, BigInteger Square) Fixed(double x)
    {
        var whole = new BigInteger(x * Math.Pow(2, 100)) << Bits - 100;
        return (whole, whole * whole >> Bits);
    }

    private static void Near(double truth, double actual, double ulps, double x) =>
        Assert.True(Math.Abs(actual - truth) <= ulps * (Math.BitIncrement(truth) - truth), $"at {x:R}: {actual:R}, right is {truth:R}.");
}
