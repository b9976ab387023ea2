namespace Surprisal.Cli.Report;

/// <summary>Names beside samples of their lines, in as many rows as they need.</summary>
internal sealed class Legend
{
    private const double Row = 18, Sample = 24, Gap = 14;

    private readonly List<(double X, double Y, string Shown, string Name)> places = [];

    /// <summary>Lays the names out from the picture's upper left corner.</summary>
    public Legend(IEnumerable<string> names)
    {
        var (x, y) = (0.0, 0.0);
        foreach (var name in names)
        {
            var shown = Svg.Cut(name, Svg.Width - Sample);
            var width = Sample + Svg.WidthOf(shown);
            if (x > 0 && x + width > Svg.Width) (x, y) = (0, y + Row);
            places.Add((x, y, shown, name));
            x += width + Gap;
        }
        Height = places.Count == 0 ? 0 : y + Row;
    }

    public double Height { get; }

    /// <param name="svg">The picture.</param>
    /// <param name="style">Colour and dashes of a name's line.</param>
    public void Draw(Svg svg, Func<int, (string Stroke, string Dash)> style)
    {
        foreach (var (index, (x, y, shown, name)) in places.Index())
        {
            var (stroke, dash) = style(index);
            svg.Polyline([(x, y + Row / 2), (x + Sample - 6, y + Row / 2)], stroke, 2, dash);
            svg.Text(x + Sample, y + Row / 2 + 4, shown, tip: name);
        }
    }
}
