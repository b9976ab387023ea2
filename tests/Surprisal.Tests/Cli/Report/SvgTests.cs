using Surprisal.Cli.Report;

namespace Surprisal.Tests.Cli.Report;

/// <summary>Pictures are well-formed XML whatever they are told, and the same bytes for the same calls.</summary>
public sealed class SvgTests
{
    [Fact]
    public void WhateverTheTextIsItIsTextAndNoMarkup()
    {
        foreach (var name in Pages.Names)
        {
            var svg = new Svg(10, name, name);
            svg.Text(1, 2, name, tip: name + "!");
            svg.Rectangle(1, 2, 3, 4, name, tip: name);
            var root = Pages.Parse(svg);
            Assert.Equal(["title", "desc", "text", "rect"], root.Elements().Select(static element => element.Name.LocalName));
            var shown = name.Replace("\u202E", "\\u202E", StringComparison.Ordinal).Replace("\0", "\\u0000", StringComparison.Ordinal)
                .Replace("\uFFFF", "\\uFFFF", StringComparison.Ordinal).Replace("\uD800", "\\uD800", StringComparison.Ordinal);
            Assert.Equal(shown, root.Element(Pages.Svg + "title")!.Value);
            Assert.Equal(shown, root.Element(Pages.Svg + "desc")!.Value);
            Assert.Equal(shown, root.Element(Pages.Svg + "rect")!.Value("fill"));
            Assert.Equal(shown + shown + "!", root.Element(Pages.Svg + "text")!.Value);
        }
    }

    [Fact]
    public void APictureHasTheNameAndTheSizesThatItWasGiven()
    {
        var svg = new Svg(260.5, "Loss", "It falls.");
        svg.Line(0, 1.23456, 1e3, -0.001, Ink.Line, "5 3");
        svg.Polyline([(1, 2), (3, 4.005)], Ink.Series(0), 2);
        var root = Pages.Parse(svg);
        Assert.Equal(("0 0 400 260.5", "img"), (root.Value("viewBox"), root.Value("role")));
        var line = root.All("line").Single();
        Assert.Equal(("0", "1.23", "1000", "0"), (line.Value("x1"), line.Value("y1"), line.Value("x2"), line.Value("y2")));
        Assert.Equal("1,2 3,4", root.All("polyline").Single().Value("points"));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.004, "0")]
    [InlineData(1.005, "1")]
    [InlineData(-12.346, "-12.35")]
    [InlineData(123456.7, "123456.7")]
    public void CoordinatesAreShort(double value, string text) => Assert.Equal(text, Markup.Coordinate(value));

    [Fact]
    public void ATextIsCutToItsWidthAndWideCharactersTakeTwoColumns()
    {
        Assert.Equal("abc", Svg.Cut("abc", Svg.WidthOf("abc")));
        foreach (var name in Pages.Names) Assert.True(Svg.WidthOf(Svg.Cut(name, 80)) <= 80, name);
        Assert.Equal(Svg.WidthOf("猫"), 2 * Svg.WidthOf("c"));
    }

    [Fact]
    public void TheSameInputGivesTheSameBytes()
    {
        Assert.Equal($"{Pages.Gallery()}", $"{Pages.Gallery()}");
        Assert.Equal($"{Pages.Train(5, Pages.Names)}", $"{Pages.Train(5, Pages.Names)}");
    }

    [Fact]
    public void NeighbouringCurvesDifferInColourAndDashes()
    {
        var styles = Enumerable.Range(0, 18).Select(static index => (Ink.Series(index), Ink.Dash(index))).ToList();
        Assert.Equal(18, styles.Distinct().Count());
        foreach (var (one, next) in styles.Zip(styles.Skip(1))) Assert.True(one.Item1 != next.Item1 && one.Item2 != next.Item2);
    }
}
