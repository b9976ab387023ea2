using Surprisal.Cli.Report;

namespace Surprisal.Tests.Cli.Report;

/// <summary>Histograms, reliability diagrams and bars: areas in proportion to the numbers, and none lost.</summary>
public sealed class BarChartTests
{
    [Fact]
    public void AHistogramCountsEveryFiniteNumberOnce()
    {
        var seed = Environment.TickCount64;
        var random = new Surprisal.Kernels.RandomStream(seed);
        double[] values = [.. Enumerable.Range(0, 2000).Select(_ => random.Normal()), double.NaN, double.NegativeInfinity];
        var histogram = Histogram.Of("", "", "x", values);
        Assert.Equal(2000, histogram.Counts.Sum());
        Assert.Equal(histogram.Edges.Count, histogram.Counts.Count + 1);
        for (var bin = 0; bin < histogram.Counts.Count; bin++)
            Assert.True(histogram.Counts[bin] == values.Count(value => value >= histogram.Edges[bin]
                && (value < histogram.Edges[bin + 1] || (bin == histogram.Counts.Count - 1 && value == histogram.Edges[^1]))), $"seed {seed}, bin {bin}");
        Assert.Equal([1, 1, 2], Histogram.Of("", "", "x", [0, 1, 2, 3], bins: 3).Counts); // an edge is in the bin above it
        Assert.EndsWith("2 not finite, not drawn.", histogram.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void BarsOfAHistogramAreAsHighAsTheirCounts()
    {
        var bars = Pages.Parse(new Histogram("", "", "x", [0, 1, 2, 3], [10, 0, 5]).Draw()).All("rect").ToList();
        Assert.Equal([1, 0, 0.5], bars.Select(bar => bar.Number("height") / bars[0].Number("height")));
        Assert.Equal(["0 to 1: 10", "1 to 2: 0", "2 to 3: 5"], bars.Select(static bar => bar.Value));
    }

    [Fact]
    public void NoNumbersAndOnlyOneAreHistogramsToo()
    {
        foreach (var values in (double[][])[[], [double.NaN], [3], [3, 3, 3], [0], [1e308, -1e308]])
        {
            var histogram = Histogram.Of("", "", "x", values);
            Assert.Equal(values.Count(double.IsFinite), histogram.Counts.Sum());
            Pages.Parse(histogram.Draw());
        }
    }

    /// <summary>By hand: (8 |0.75 - 0.25| + 2 |0.5 - 0.9|) / 10 = 0.48; the empty bin does not count.</summary>
    [Fact]
    public void TheCalibrationErrorIsTheMeanGap()
    {
        ReliabilityBin[] bins = [new(0, 0.5, 0.25, 0.75, 8), new(0.5, 0.75, double.NaN, double.NaN, 0), new(0.75, 1, 0.9, 0.5, 2)];
        Assert.Equal(0.48, ReliabilityDiagram.Error(bins), 1e-12);
        Assert.True(double.IsNaN(ReliabilityDiagram.Error([])));

        var root = Pages.Parse(new ReliabilityDiagram("", [("before", bins), ("after", [])]).Draw());
        Assert.Equal(["before: ECE 0.480", "after"], root.All("text").Select(static text => text.Value)
            .Where(static text => text.StartsWith("before", StringComparison.Ordinal) || text.StartsWith("after", StringComparison.Ordinal)));
        var rectangles = root.All("rect").ToList();
        Assert.Equal(2 * 3, rectangles.Count); // accuracy, gap, count
        var unit = rectangles[0].Number("height") / 0.75;
        Assert.Equal([0.5 * unit, 0.5 * unit, 0.4 * unit], [rectangles[1].Number("height"), rectangles[3].Number("height"), rectangles[4].Number("height")],
            static (a, b) => Math.Abs(a - b) < 0.05);
        Assert.Equal(4, rectangles[2].Number("height") / rectangles[5].Number("height"), 0.02);
    }

    [Fact]
    public void BarsAreSortedTheLowestFirstAndWhatHasNoNumberLast()
    {
        var root = Pages.Parse(new Bars("", "", [("b", 0.5), ("none", double.NaN), ("a", 0.25), ("c", 1)]) { Whole = 1, Label = Figure.Share }.Draw());
        Assert.Equal(["a", "25.0 %", "b", "50.0 %", "c", "100.0 %", "none", "–"], root.All("text").Select(static text => text.Value));
        var widths = root.All("rect").Select(static bar => bar.Number("width")).ToList();
        var shares = widths.Where(static (_, i) => i % 2 == 1).Select((width, i) => width / widths[2 * i]);
        Assert.Equal([0.25, 0.5, 1, 0], shares, static (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public void OfAThousandClassesTheLowestAreShownAndItIsSaid()
    {
        var root = Pages.Parse(new Bars("", "Recall.", [.. Enumerable.Range(0, 1000).Select(static i => ($"class {i}", (i * 37 % 1000) / 1000.0))]).Draw());
        Assert.Equal(20, root.All("text").Count() / 2);
        Assert.Equal("Recall. The lowest 20 of 1,000.", root.Element(Pages.Svg + "desc")!.Value);
        Assert.Equal("class 0", root.All("text").First().Value);
        Assert.Contains("nothing to draw", new Bars("", "", []).Draw().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void BarsTakeAnyNumbers()
    {
        foreach (var values in (double[][])[[-3, 5], [0, 0], [double.PositiveInfinity, double.NegativeInfinity], [double.NaN], [double.MaxValue, -1]])
            Assert.All(Pages.Parse(new Bars("", "", [.. values.Select(static (value, i) => ($"{i}", value))]).Draw()).All("rect"),
                static bar => Assert.InRange(bar.Number("width"), 0, Svg.Width));
    }
}
