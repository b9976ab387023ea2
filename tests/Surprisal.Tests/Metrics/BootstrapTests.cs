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
        var interval = Bootstrap.Run(1000, 0, 1, [3, 3], static r => r[0] / r[1]);
        Assert.Equal((1, 1), (interval.Lower, interval.Upper));
        Assert.InRange(interval.Undefined, 320, 415); // exp(-1) of them
    }
}
