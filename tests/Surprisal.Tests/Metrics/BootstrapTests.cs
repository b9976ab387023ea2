using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>Replicates and their intervals.</summary>
public sealed class BootstrapTests
{
    [Fact]
    public void NumbersAreThoseOfPoissonsDistribution()
    {
        var random = new RandomStream(4);
        var counts = new int[30];
        for (var i = 0; i < 400_000; i++) counts[Bootstrap.Poisson(random.Next())]++;
        var p = Math.Exp(-1);
        for (var k = 0; k < 6; p /= ++k) Assert.InRange(counts[k] / 400_000.0, p - 5 * Math.Sqrt(p / 400_000), p + 5 * Math.Sqrt(p / 400_000));
        Assert.Equal((0, 0), (Bootstrap.Poisson(0), counts[20]));
        Assert.Equal((1, 0), (Bootstrap.Poisson(1UL << 63 >> 1 << 1), Bootstrap.Poisson(1UL << 62)));
    }

    [Fact]
    public void IntervalsOfAMeanAreAsWideAsTheFormulaSays()
    {
        var data = ScoreData.Draw(3, 20_000, 21, odd: false);
        var report = data.Count(0, 20_000, 20_000, options: data.Options with { Replicates = 1000, Seed = 5 }).Report();
        var expected = 1.96 * Math.Sqrt(report.Accuracy * (1 - report.Accuracy) / 20_000);
        Assert.InRange(report.AccuracyInterval.HalfWidth / expected, 0.85, 1.15);
        Assert.InRange(report.Accuracy, report.AccuracyInterval.Lower, report.AccuracyInterval.Upper);
        Assert.InRange(report.Loss, report.LossInterval.Lower, report.LossInterval.Upper);
        Assert.InRange(report.MacroF1, report.MacroF1Interval.Lower, report.MacroF1Interval.Upper);
        Assert.InRange(report.Brier, report.BrierInterval.Lower, report.BrierInterval.Upper);
        var again = data.Count(0, 20_000, 777, options: data.Options with { Replicates = 1000, Seed = 5 }).Report();
        var other = data.Count(0, 20_000, 777, options: data.Options with { Replicates = 1000, Seed = 6 }).Report();
        Assert.Equal((report.AccuracyInterval, report.EceInterval), (again.AccuracyInterval, again.EceInterval));
        Assert.NotEqual(report.AccuracyInterval, other.AccuracyInterval);
    }

    [Fact]
    public void ReplicatesInWhichNothingIsLeftAreCounted()
    {
        var interval = Bootstrap.Run(new() { Classes = 2, Scores = ScoreKind.Logits, Replicates = 1000, Groups = 1 },
            new GroupStatistic([3, 3], static r => r[0] / r[1]))[0];
        Assert.Equal((1, 1), (interval.Lower, interval.Upper));
        Assert.InRange(interval.Undefined, 320, 415); // exp(-1) of them
    }

    /// <summary>Sizes about the lanes: each replicate's sum is that of the groups it draws, an infinite one among them or not.</summary>
    [Theory, InlineData(1), InlineData(7), InlineData(8), InlineData(9), InlineData(16), InlineData(33)]
    public void AGroupThatIsNotDrawnAddsNothing(int groups)
    {
        var sums = Enumerable.Range(0, groups).Select(g => g == groups - 1 ? double.PositiveInfinity : g + 1.0).ToArray();
        var found = new System.Collections.Concurrent.ConcurrentBag<double>();
        var options = new MetricOptions { Classes = 2, Scores = ScoreKind.Logits, Replicates = 50, Groups = groups, Seed = 9 };
        Bootstrap.Run(options, new GroupStatistic(sums, r =>
        {
            found.Add(r[0]);
            return r[0];
        }));
        var expected = new double[50];
        for (var r = 0; r < 50; r++)
        {
            var random = new RandomStream(9, ~(long)r);
            foreach (var sum in sums)
                if (Bootstrap.Poisson(random.Next()) is > 0 and var times) expected[r] += times * sum;
        }
        Assert.Equal(expected.Order(), found.Order());
        Assert.Contains(found, double.IsFinite);
        Assert.Contains(found, double.IsInfinity);
    }
}
