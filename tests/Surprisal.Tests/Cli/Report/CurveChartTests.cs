using System.Xml.Linq;
using Surprisal.Cli.Report;

namespace Surprisal.Tests.Cli.Report;

/// <summary>What is drawn lies where the numbers say, and numbers that cannot be drawn are counted.</summary>
public sealed class CurveChartTests
{
    [Fact]
    public void PointsLieWhereTheLabelsSay()
    {
        var root = Draw([(0, 0), (5, 50), (10, 100)]);
        var points = Points(root).Single();
        // Label and point of the same number are at the same place; between two the way is in proportion.
        Assert.Equal(Label(root, "10").Number("x"), points[2].X, 0.02);
        Assert.Equal(Label(root, "100").Number("y") - 4, points[2].Y, 0.02);
        Assert.Equal((points[0].X + points[2].X) / 2, points[1].X, 0.02);
        Assert.Equal((points[0].Y + points[2].Y) / 2, points[1].Y, 0.02);
        Assert.Equal(["a: 0 at 0", "a: 50 at 5", "a: 100 at 10"], root.All("circle").Select(static circle => circle.Value));
    }

    [Fact]
    public void EqualRatiosAreEqualDistancesOnALogarithmicScale()
    {
        var points = Points(Draw([(1, 1), (2, 0.1), (3, 0.01), (4, 0)], Axis.Log)).Single();
        Assert.Equal(points[1].Y - points[0].Y, points[2].Y - points[1].Y, 0.02);
        Assert.Equal(points[2].Y, points[3].Y); // a loss of 0 is at the bottom, as in the terminal
    }

    [Fact]
    public void WhatIsNotFiniteIsAGapAndCounted()
    {
        var root = Draw([(1, 1), (2, 2), (3, double.NaN), (4, 4), (5, double.PositiveInfinity), (6, 6), (7, 5)]);
        Assert.Equal([2, 2], Points(root).Select(static line => line.Count));
        Assert.Equal(5, root.All("circle").Count()); // a point between two gaps is seen too
        Assert.Equal("About a. 2 not finite, not drawn.", root.Element(Pages.Svg + "desc")!.Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void NothingToDrawIsSaid(int count)
    {
        var root = Draw([.. Enumerable.Range(0, count).Select(static i => ((double)i, double.NaN))], Axis.Log);
        Assert.Single(root.All("text"), static text => text.Value == "nothing to draw");
        Assert.Empty(root.All("polyline").Concat(root.All("circle")));
    }

    [Fact]
    public void OnePointAndConstantOnesAreInThePicture()
    {
        foreach (var points in ((double, double)[][])[[(1, 0.5)], [(1, 3), (2, 3)], [(1, 0), (2, 0)]])
        {
            var root = Draw(points);
            Assert.Equal(points.Length, root.All("circle").Count());
            Assert.All(root.All("circle"), static circle => Assert.InRange(circle.Number("cy"), 20, 230));
        }
    }

    /// <summary>A hundred thousand points are as many as the picture has units, and their extremes are all there.</summary>
    [Fact]
    public void ManyPointsAreThinnedWithoutLosingPeaks()
    {
        var points = Enumerable.Range(0, 100_000).Select(static i => ((double)i, i == 12345 ? 9.0 : i == 77777 ? -9 : Math.Sin(i / 5000.0))).ToArray();
        var drawn = Points(Draw(points)).Single();
        Assert.InRange(drawn.Count, 300, 1700);
        var few = Points(Draw([(0, 0), (12345, 9), (77777, -9), (99999, 0)])).Single();
        Assert.Equal(few[1].Y, drawn.Min(static at => at.Y));
        Assert.Equal(few[2].Y, drawn.Max(static at => at.Y));
        Assert.Equal(drawn.Select(static at => at.X).Order(), drawn.Select(static at => at.X));
    }

    [Fact]
    public void TheLegendNamesEveryCurveInItsColour()
    {
        var root = Pages.Parse(RocCurve.Draw("ROC", "", [new Curve("a", [(0, 0), (0, 1), (1, 1)]), new Curve("b", [(0, 0), (1, 1)])]));
        Assert.Equal(["a", "b", "chance"], root.All("text").Take(3).Select(static text => text.Value));
        var strokes = root.All("polyline").Select(static line => (line.Value("stroke"), line.Value("stroke-dasharray"))).ToList();
        Assert.Equal(strokes[..3], strokes[3..]);
        Assert.Equal(3, strokes.Distinct().Count());
        var chance = Points(root)[^1];
        Assert.Equal(Label(root, "1.0").Number("y") - 4, chance[1].Y, 0.02);
    }

    [Fact]
    public void TheLineOfChanceIsAtTheShareOfPositives()
    {
        var root = Pages.Parse(PrecisionRecallCurve.Draw("", "", [new Curve("a", [(0, 1), (1, 0.2)])], positives: 0.2));
        Assert.Equal(Label(root, "0.2").Number("y") - 4, Points(root)[^1][0].Y, 0.02);
        Assert.Equal(Points(root)[^2][1].Y, Points(root)[^1][1].Y);
        Assert.Single(Points(Pages.Parse(PrecisionRecallCurve.Draw("", "", [new Curve("a", [(0, 1), (1, 0.2)])]))));
    }

    private static XElement Draw((double, double)[] points, Func<IEnumerable<double>, int, Axis>? upwards = null) =>
        Pages.Parse(new CurveChart("A", "About a.", "x", "y", [new Curve("a", points)]) { Upwards = upwards ?? Axis.Linear }.Draw());

    private static XElement Label(XElement root, string text) => root.All("text").First(element => element.Value == text &&
        (element.Value("text-anchor") == "middle" || !text.Contains("10", StringComparison.Ordinal) || text == "100"));

    private static List<List<(double X, double Y)>> Points(XElement root) => [.. root.All("polyline").Select(static line =>
        line.Value("points").Split(' ').Select(static at => (double.Parse(at.Split(',')[0]), double.Parse(at.Split(',')[1]))).ToList())];
}
