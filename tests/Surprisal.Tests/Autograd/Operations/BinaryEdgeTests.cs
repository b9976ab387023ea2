namespace Surprisal.Tests.Autograd;

/// <summary>
/// Every function of two numbers, and powers, at every pair of <see cref="EdgeGrid"/> and for every upstream gradient, against its formula in double.
/// </summary>
public sealed class BinaryEdgeTests
{
    private static readonly double[] Exponents =
        [0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1.0 / 3, 2.5, -2.5, 0.1, 7, 64, 65, -65, 1e3, -1e3, 1e10 + 1, 1e300, -1e300, double.PositiveInfinity,
            double.NegativeInfinity, double.NaN];

    [Theory]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("*")]
    [InlineData("/")]
    public void Operators(string name)
    {
        Check<float>(name);
        Check<double>(name);
        Check<Half>(name);
        Check<BFloat16>(name);
    }

    [Fact]
    public void Powers()
    {
        foreach (var exponent in Exponents)
        {
            Power<float>(exponent);
            Power<double>(exponent);
            Power<Half>(exponent);
            Power<BFloat16>(exponent);
        }
    }

    [Theory]
    [InlineData(0, 1e-25f, 0)]
    [InlineData(1e-25f, 1e-24f, -1e23)]
    [InlineData(1e25f, 1e22f, -1e-19)]
    public void The_divisors_gradient_neither_overflows_nor_vanishes(float a, float b, double expected)
    {
        var divisor = Tensor.Scalar(b, requiresGrad: true);
        (a / divisor).Backward();
        Assert.Equal(expected, divisor.Grad!.Item(), Math.Abs(expected) * 1e-6);
    }

    [Theory]
    [InlineData(0, 5e-324, 1, 0)]
    [InlineData(0.125, 1e-200, 0, 0)]
    [InlineData(1e100, 1e-150, 1e-200, -1e200)]
    public void Slopes_of_a_divisor_that_only_the_answer_holds(double a, double b, double g, double expected)
    {
        var divisor = Tensor.Scalar(b, requiresGrad: true);
        (a / divisor).Backward(Tensor.Scalar(g));
        Assert.Equal(expected, divisor.Grad!.Item(), Math.Abs(expected) * 1e-12);
    }

    [Fact]
    public void Powers_of_whole_numbers_are_exact()
    {
        for (var x = -20; x <= 20; x++)
        for (var n = 0; n <= 15; n++)
        {
            var truth = BigInteger.Pow(x, n);
            if (BigInteger.Abs(truth) > 1L << 53) continue;
            Assert.Equal((double)truth, Tensor.Scalar((double)x).Pow(n).Item());
        }
    }

    private static void Check<T>(string name) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var numbers = EdgeGrid.Of<T>(EdgeGrid.Numbers);
        var n = numbers.Length;
        foreach (var g in EdgeGrid.Of<T>(EdgeGrid.Upstreams))
        {
            var a = Tensor.Create<T>(numbers, requiresGrad: true).Reshape(n, 1).Expand(n, n).Clone().Detach().WithGrad(true);
            var b = Tensor.Create<T>(numbers).Expand(n, n).Clone().WithGrad(true);
            var c = name switch { "+" => a + b, "-" => a - b, "*" => a * b, _ => a / b };
            c.Backward(Tensor.Full([n, n], g));
            for (var i = 0; i < n * n; i++)
            {
                double x = double.CreateTruncating(a.Span[i]), y = double.CreateTruncating(b.Span[i]), u = double.CreateTruncating(g);
                var (value, dx, dy) =
                    name switch { "+" => (x + y, u, u), "-" => (x - y, u, -u), "*" => (x * y, u * y, u * x), _ => (x / y, u / y, DivisorGradient(u, x, y)) };
                EdgeGrid.Check(value, c.Span[i], 0.5, $"{x:R} {name} {y:R}", signedZero: true);
                EdgeGrid.Check(dx, a.Grad!.Span[i], 0.5, $"the left gradient of {x:R} {name} {y:R} for {u:R}", signedZero: true);
                EdgeGrid.Check(dy, b.Grad!.Span[i], typeof(T) == typeof(double) ? 0 : 0.51, $"the right gradient of {x:R} {name} {y:R} for {u:R}",
                    signedZero: true);
            }
        }
    }

    /// <summary>PyTorch's order, which divides twice, where u / y is more than a double holds.</summary>
    private static double DivisorGradient(double u, double x, double y) => double.IsInfinity(u / y) ? -(x / y / y * u) : -(x / y * (u / y));

    private static void Power<T>(double exponent) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var numbers = EdgeGrid.Of<T>(EdgeGrid.Numbers);
        foreach (var g in EdgeGrid.Of<T>(EdgeGrid.Upstreams))
        {
            var x = Tensor.Create<T>(numbers, requiresGrad: true);
            var y = x.Pow(exponent);
            y.Backward(Tensor.Full(y.Shape, g));
            for (var i = 0; i < numbers.Length; i++)
            {
                var (at, u) = (double.CreateTruncating(numbers[i]), double.CreateTruncating(g));
                var slope = exponent == 0 ? 0 : exponent * Math.Pow(at, exponent - 1) * u;
                EdgeGrid.Check(Math.Pow(at, exponent), y.Span[i], 1.1, $"{at:R} to the power {exponent:R}");
                EdgeGrid.Check(slope, x.Grad!.Span[i], 2.5, $"the gradient of {at:R} to the power {exponent:R} for {u:R}");
            }
        }
    }
}
