namespace Surprisal.Cli.Report;

/// <summary>How many numbers lie in each of neighbouring bins.</summary>
/// <param name="Title">What it shows, in a few words.</param>
/// <param name="Description">The same in a sentence or two.</param>
/// <param name="XName">What is measured.</param>
/// <param name="Edges">Of the bins, ascending: one more than there are counts.</param>
/// <param name="Counts">Of each bin.</param>
internal sealed record Histogram(string Title, string Description, string XName, IReadOnlyList<double> Edges, IReadOnlyList<long> Counts)
{
    private const double Tall = 240;

    /// <summary>Counts numbers in at most <paramref name="bins"/> bins with round edges, an edge in the bin above it.</summary>
    public static Histogram Of(string title, string description, string xName, IReadOnlyList<double> values, int bins = 25)
    {
        var edges = Axis.Linear(values, Math.Max(3, bins + 1)).Ticks;
        var (counts, missing) = (new long[edges.Count - 1], 0);
        foreach (var value in values)
            if (!double.IsFinite(value)) missing++;
            else counts[Math.Clamp(edges.Count(edge => edge <= value) - 1, 0, counts.Length - 1)]++;
        var whole = missing == 0 ? description : $"{description} {missing} not finite, not drawn.".TrimStart();
        return new Histogram(title, whole, xName, edges, counts);
    }

    public Svg Draw()
    {
        var svg = new Svg(Tall, Title, Description);
        var upwards = Axis.Linear(Counts.Select(static count => (double)count).Append(0), 6);
        var plot = new Plot(new Area(0, 0, Svg.Width, Tall), Axis.Linear, [.. Edges], upwards, XName, "count");
        plot.Draw(svg);
        for (var bin = 0; bin < Counts.Count; bin++)
        {
            var (left, right, top) = (plot.X(Edges[bin]), plot.X(Edges[bin + 1]), plot.Y(Counts[bin]));
            svg.Rectangle(left, top, Math.Max(0.5, right - left - 1), plot.Inner.Bottom - top, Ink.Series(0),
                tip: $"{Figure.Of(Edges[bin])} to {Figure.Of(Edges[bin + 1])}: {Markup.Count(Counts[bin])}");
        }
        return svg;
    }
}
