using Surprisal.Cli;

namespace Surprisal.Tests.Cli;

public sealed class LineChartTests
{
    [Fact]
    public void ALineGoesFromTheFirstPointToTheLast()
    {
        var chart = new LineChart(5, 5, isAscii: true);
        chart.Add([1, 0], dashed: false);
        Assert.Equal(["*", " *", "  *", "   *", "    *"], Rows(chart, 5));
    }

    [Fact]
    public void OnePointIsALevelLineAndSteepOnesHaveNoGap()
    {
        var level = new LineChart(4, 3, isAscii: true);
        level.Add([0.5], dashed: true);
        Assert.Equal(["", "oooo", ""], Rows(level, 3));

        var steep = new LineChart(3, 9, isAscii: true);
        steep.Add([1, 0, 1], dashed: false);
        Assert.All(Rows(steep, 9), static row => Assert.Contains('*', row));
    }

    [Fact]
    public void TheLaterLineLiesAbove()
    {
        var chart = new LineChart(3, 2, isAscii: true);
        chart.Add([0, 0], dashed: true);
        chart.Add([0, 0], dashed: false);
        Assert.Equal(["", "***"], Rows(chart, 2));
    }

    /// <summary>A character has two columns and four rows of dots: U+2809 its two upper ones, U+28C0 its two lower.</summary>
    [Fact]
    public void BrailleHasEightDotsACharacter()
    {
        var chart = new LineChart(2, 1, isAscii: false);
        chart.Add([1], dashed: false);
        Assert.Equal("⠉⠉", chart.Row(0));
        chart.Add([0], dashed: false);
        Assert.Equal("⣉⣉", chart.Row(0));

        var dashed = new LineChart(2, 1, isAscii: false);
        dashed.Add([1], dashed: true);
        Assert.Equal("⠁⠁", dashed.Row(0));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void PlacesOutsideAreAtTheEdges(bool ascii)
    {
        var chart = new LineChart(4, 4, ascii);
        chart.Add([7, -7, 7], dashed: false);
        Assert.Contains(Rows(chart, 1), static row => row.Length > 0);
    }

    private static string[] Rows(LineChart chart, int height) => [.. Enumerable.Range(0, height).Select(chart.Row)];
}
