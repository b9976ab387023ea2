using Surprisal.Cli;

namespace Surprisal.Tests.Cli;

public sealed class LossCurveTests
{
    private static readonly Screen ascii = new(80, IsAscii: true);

    /// <summary>Losses that halve each epoch are a straight line: the scale is of their ratios.</summary>
    [Fact]
    public void EqualRatiosAreEqualDistances()
    {
        var rows = LossCurve.Draw([.. Enumerable.Range(0, 11).Select(static i => (Math.Pow(0.5, i), Math.Pow(0.5, i)))], ascii).Skip(1).Take(10).ToList();
        var starts = rows.Select(static row => row.IndexOf('*', StringComparison.Ordinal)).ToList();
        Assert.All(starts.Zip(starts.Skip(1)), static pair => Assert.InRange(pair.Second - pair.First, 5, 7));
        Assert.StartsWith("   0.707 |", rows[0], StringComparison.Ordinal); // halfway from 1 to 0.5
    }

    [Fact]
    public void ALossOfZeroIsAtTheBottom()
    {
        var rows = LossCurve.Draw([(1, 1), (0, 0.5), (0, 0.5)], ascii).Skip(1).Take(10).ToList();
        Assert.EndsWith("*", rows[9], StringComparison.Ordinal);
        Assert.Contains("*", rows[0], StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsDrawnWithoutAFiniteLoss()
    {
        Assert.Empty(LossCurve.Draw([], ascii));
        Assert.Empty(LossCurve.Draw([(double.NaN, 1), (1, double.PositiveInfinity)], ascii));
        Assert.Equal(13, LossCurve.Draw([(0, 0)], ascii).Count());
        Assert.Equal(13, LossCurve.Draw([(2, 2)], ascii).Count());
    }
}
