using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>The exact test against fractions of integers.</summary>
public sealed class McNemarTests
{
    [Fact]
    public void ProbabilitiesAreThoseOfExactFractions()
    {
        foreach (var (b, c) in new (long, long)[] { (0, 1), (1, 0), (5, 1), (3, 3), (10, 20), (100, 150), (700, 650), (1000, 1000), (0, 1070), (2000, 2300) })
        {
            var (n, sum, term) = (b + c, BigInteger.Zero, BigInteger.One);
            for (var k = 0L; k <= Math.Min(b, c); k++)
            {
                sum += term;
                term = term * (n - k) / (k + 1);
            }
            var twice = 2 * sum;
            var expected = twice >= BigInteger.One << (int)n ? 1 : Math.Exp(BigInteger.Log(twice) - n * Math.Log(2));
            RowReference.AssertClose(expected, new McNemar(b, c).PValue, 1e-11, $"{b}, {c}");
            Assert.Equal(new McNemar(b, c).PValue, new McNemar(c, b).PValue);
        }
    }

    [Fact]
    public void HandExamples()
    {
        Assert.Equal(2 * 7 / 64.0, new McNemar(5, 1).PValue);
        Assert.Equal((1, 0, 0), (new McNemar(0, 0).PValue, new McNemar(0, 0).ChiSquared, new McNemar(0, 0).CorrectedChiSquared));
        Assert.Equal((1, 0, 0), (new McNemar(4, 4).PValue, new McNemar(4, 4).ChiSquared, new McNemar(4, 4).CorrectedChiSquared));
        Assert.Equal((100 / 30.0, 81 / 30.0), (new McNemar(10, 20).ChiSquared, new McNemar(10, 20).CorrectedChiSquared));
        Assert.InRange(new McNemar(500_000, 500_000).PValue, 1, 1);
        Assert.InRange(new McNemar(499_000, 501_000).PValue, 0.045608, 0.045609); // P(|Z| > 1.999): two standard deviations, less half a step
        Assert.Equal(new McNemar(1, 2), McNemar.Of([true, true, false, false, false], [true, false, true, true, false]));
        Assert.StartsWith("second has 1 rows, but first 2;", Assert.Throws<ArgumentException>(static () => McNemar.Of([true, false], [true])).Message);
    }
}
