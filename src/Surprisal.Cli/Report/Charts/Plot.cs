namespace Surprisal.Cli.Report;

/// <summary>The frame of a chart: two axes, their grid and labels, and where in the picture numbers lie.</summary>
internal sealed class Plot
{
    private const double Row = 18, Above = 24, Gap = 6;

    private readonly Axis x, y;
    private readonly string xName, yName;
    private readonly double start;

    /// <param name="area">What the frame may fill, names and labels included.</param>
    /// <param name="across">Makes the horizontal axis for so many ticks at most.</param>
    /// <param name="xs">The numbers on it.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="xName">What is measured, below.</param>
    /// <param name="yName">What is measured, above on the left.</param>
    public Plot(Area area, Func<IEnumerable<double>, int, Axis> across, IReadOnlyCollection<double> xs, Axis y, string xName, string yName)
    {
        var left = y.Labels.Select(Svg.WidthOf).DefaultIfEmpty().Max() + Gap;
        x = Axis.Fitting(across, xs, area.Width - left);
        var right = Math.Max(Gap, x.Labels.Select(Svg.WidthOf).LastOrDefault() / 2);
        (this.y, this.xName, this.yName, start) = (y, xName, yName, area.X);
        Inner = new Area(area.X + left, area.Y + Above, area.Width - left - right, area.Height - Above - 2 * Row);
    }

    /// <summary>Where the numbers are.</summary>
    public Area Inner { get; }

    public double X(double value) => Inner.X + x.Place(value) * Inner.Width;

    public double Y(double value) => Inner.Bottom - y.Place(value) * Inner.Height;

    /// <summary>Draws everything but the numbers; first, so that they lie above.</summary>
    public void Draw(Svg svg)
    {
        svg.Text(start, Inner.Y - 12, Svg.Cut(yName, Inner.Right - start), "start", Ink.Quiet, yName);
        foreach (var (tick, label) in y.Ticks.Zip(y.Labels))
        {
            svg.Line(Inner.X, Y(tick), Inner.Right, Y(tick), Ink.Line);
            svg.Text(Inner.X - Gap, Y(tick) + 4, label, "end", Ink.Quiet);
        }
        foreach (var (tick, label) in x.Ticks.Zip(x.Labels))
        {
            svg.Line(X(tick), Inner.Bottom, X(tick), Inner.Bottom + 4, Ink.Quiet);
            svg.Text(X(tick), Inner.Bottom + Row, label, "middle", Ink.Quiet);
        }
        svg.Line(Inner.X, Inner.Bottom, Inner.Right, Inner.Bottom, Ink.Quiet);
        svg.Text(Inner.X + Inner.Width / 2, Inner.Bottom + 2 * Row - 3, Svg.Cut(xName, Inner.Width), "middle", Ink.Quiet, xName);
    }
}
