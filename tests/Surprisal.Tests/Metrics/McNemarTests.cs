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

    [Fact]
    public void ModelsAreComparedOnTheSameRowsOnly()
    {
        var data = ScoreData.Draw(4, 4000, 8, odd: false);
        var options = data.Options with { Replicates = 400 };
        var same = data.Count(0, 4000, 4000, options: options);
        var none = MetricComparison.Of(same, data.Count(0, 4000, 99, options: options));
        Assert.Equal((0, 0, new Interval(0, 0, 0), 0), (none.Loss, none.Accuracy, none.LossInterval, none.Brier));
        var better = (float[])data.Logits.Clone();
        for (var i = 0; i < 4000; i++) better[4 * i + data.Targets[i]] += 1;
        var other = data with { Logits = better };
        var comparison = MetricComparison.Of(same, other.Count(0, 4000, 4000, options: options));
        var (before, after) = (same.Report(), other.Count(0, 4000, 4000, options: options).Report());
        Assert.Equal((after.Loss - before.Loss, after.Accuracy - before.Accuracy), (comparison.Loss, comparison.Accuracy));
        Assert.True(comparison.LossInterval.Lower < comparison.Loss && comparison.Loss < comparison.LossInterval.Upper && comparison.LossInterval.Upper < 0);
        var targets = (int[])data.Targets.Clone();
        targets[7] = (targets[7] + 1) % 4;
        Assert.StartsWith("second has other rows, targets or weights",
            Assert.Throws<ArgumentException>(() =>
                MetricComparison.Of(same, (data with { Targets = targets }).Count(0, 4000, 4000, options: options))).Message);
        Assert.StartsWith("second has the options",
            Assert.Throws<ArgumentException>(() => MetricComparison.Of(same, data.Count(0, 4000, 4000, options: options with { Seed = 2 }))).Message);
    }
}
