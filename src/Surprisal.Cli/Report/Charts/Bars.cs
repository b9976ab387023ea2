namespace Surprisal.Cli.Report;

/// <summary>One bar a name, such as a class, the smallest number first: what needs care is on top.</summary>
/// <param name="Title">What it shows, in a few words.</param>
/// <param name="Description">The same in a sentence or two.</param>
/// <param name="Rows">Names and numbers from 0; a number that is NaN has no bar and comes last.</param>
internal sealed record Bars(string Title, string Description, IReadOnlyList<(string Name, double Value)> Rows)
{
    private const double Row = 18, Names = 130, Gap = 8;

    /// <summary>How many bars there are at most.</summary>
    public int Most { get; init; } = 20;

    /// <summary>What a whole bar is; the largest number where it is not given.</summary>
    public double? Whole { get; init; }

    /// <summary>How a number is written.</summary>
    public Func<double, string> Label { get; init; } = Figure.Of;

    public Svg Draw()
    {
        var shown = Rows.OrderBy(static row => double.IsNaN(row.Value)).ThenBy(static row => row.Value).Take(Most).ToList();
        var svg = new Svg(Math.Max(1, shown.Count) * Row, Title,
            shown.Count == Rows.Count ? Description : $"{Description} The lowest {shown.Count} of {Markup.Count(Rows.Count)}.".TrimStart());
        if (shown.Count == 0) svg.Text(Svg.Width / 2, Row - 5, "nothing to draw", "middle", Ink.Quiet);
        var labels = shown.Select(row => Label(row.Value)).ToList();
        var names = Math.Min(Names, shown.Select(static row => Svg.WidthOf(row.Name)).DefaultIfEmpty().Max());
        var space = Svg.Width - names - Gap - labels.Select(Svg.WidthOf).DefaultIfEmpty().Max() - Gap;
        var whole = Whole ?? shown.Select(static row => row.Value).Where(double.IsFinite).DefaultIfEmpty().Max();
        foreach (var (index, (name, value)) in shown.Index())
        {
            var y = index * Row;
            var share = double.IsNaN(value) || whole <= 0 ? 0 : Math.Clamp(value / whole, 0, 1);
            svg.Text(names, y + Row - 5, Svg.Cut(name, names), "end", tip: name);
            svg.Rectangle(names + Gap, y + 3, space, Row - 6, Ink.Line, 0.5);
            svg.Rectangle(names + Gap, y + 3, share * space, Row - 6, Ink.Good, tip: $"{name}: {labels[index]}");
            svg.Text(Svg.Width, y + Row - 5, labels[index], "end");
        }
        return svg;
    }
}
