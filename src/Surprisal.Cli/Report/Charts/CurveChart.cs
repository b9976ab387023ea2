namespace Surprisal.Cli.Report;

/// <summary>Several curves over one pair of axes.</summary>
/// <param name="Title">What it shows, in a few words.</param>
/// <param name="Description">The same in a sentence or two.</param>
/// <param name="XName">What is measured across.</param>
/// <param name="YName">What is measured upwards.</param>
/// <param name="Curves">The later ones lie above.</param>
internal sealed record CurveChart(string Title, string Description, string XName, string YName, IReadOnlyList<Curve> Curves)
{
    private const double Tall = 260;
    private const int MaxDots = 40;

    /// <summary>How the axis across is made of the numbers: <see cref="Axis.Linear"/> (the default), Whole, Unit or Log.</summary>
    public Func<IEnumerable<double>, int, Axis> Across { get; init; } = Axis.Linear;

    /// <summary>How the axis upwards is made of the numbers.</summary>
    public Func<IEnumerable<double>, int, Axis> Upwards { get; init; } = Axis.Linear;

    public Svg Draw()
    {
        var missing = Curves.Sum(static curve => curve.Missing);
        var legend = new Legend(Curves.Count > 1 ? Curves.Select(static curve => curve.Name) : []);
        var svg = new Svg(legend.Height + Tall, Title,
            missing == 0 ? Description : $"{Description} {missing} not finite, not drawn.".TrimStart());
        var points = Curves.SelectMany(static curve => curve.Stretches()).SelectMany(static stretch => stretch).ToList();
        var plot = new Plot(new Area(0, legend.Height, Svg.Width, Tall), Across, [.. points.Select(static at => at.X)],
            Upwards(points.Select(static at => at.Y), 6), XName, YName);
        legend.Draw(svg, Style);
        plot.Draw(svg);
        if (points.Count == 0)
            svg.Text(plot.Inner.X + plot.Inner.Width / 2, plot.Inner.Y + plot.Inner.Height / 2, "nothing to draw", "middle", Ink.Quiet);
        foreach (var (index, curve) in Curves.Index()) Draw(svg, plot, curve, Style(index));
        return svg;
    }

    private static void Draw(Svg svg, Plot plot, Curve curve, (string Stroke, string Dash) style)
    {
        foreach (var stretch in curve.Stretches())
        {
            if (stretch.Count > 1)
                svg.Polyline(Thinned([.. stretch.Select(at => (plot.X(at.X), plot.Y(at.Y)))]), style.Stroke, curve.IsQuiet ? 1 : 2,
                    style.Dash);
            if (!curve.IsQuiet && (stretch.Count == 1 || curve.Points.Count <= MaxDots))
                foreach (var (x, y) in stretch)
                    svg.Circle(plot.X(x), plot.Y(y), 2.5, style.Stroke, $"{curve.Name}: {Figure.Of(y)} at {Figure.Of(x)}");
        }
    }

    /// <summary>Of the points above one unit the first, lowest, highest and last: the same picture, however many there were.</summary>
    private static IEnumerable<(double X, double Y)> Thinned(IReadOnlyList<(double X, double Y)> points)
    {
        for (int first = 0, next; first < points.Count; first = next)
        {
            var (lowest, highest) = (first, first);
            for (next = first + 1; next < points.Count && Math.Floor(points[next].X) == Math.Floor(points[first].X); next++)
            {
                if (points[next].Y < points[lowest].Y) lowest = next;
                if (points[next].Y > points[highest].Y) highest = next;
            }
            foreach (var index in new SortedSet<int> { first, lowest, highest, next - 1 }) yield return points[index];
        }
    }

    private (string Stroke, string Dash) Style(int index) =>
        Curves[index].IsQuiet ? (Ink.Quiet, "1.5 3") : (Ink.Series(index), Ink.Dash(index));
}
