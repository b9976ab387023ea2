namespace Surprisal.Cli.Report;

/// <summary>
/// How often predictions are right beside how sure they are (Guo et al. 2017, "On Calibration of Modern Neural Networks"): a bar a bin, the
/// gap to the diagonal, and below how many there are; beside each other before and after calibration.
/// </summary>
/// <param name="Title">What it shows, in a few words.</param>
/// <param name="Stages">One, or two: a name such as before, and the bins.</param>
internal sealed record ReliabilityDiagram(string Title, IReadOnlyList<(string Name, IReadOnlyList<ReliabilityBin> Bins)> Stages)
{
    private const double Tall = 230, Below = 48, Between = 10, Head = 18;

    /// <summary>The expected calibration error: the mean of the gaps, by how many predictions have them; NaN without any.</summary>
    public static double Error(IReadOnlyList<ReliabilityBin> bins) =>
        bins.Where(static bin => bin.Count > 0).Sum(static bin => bin.Count * Math.Abs(bin.Accuracy - bin.Confidence))
        / bins.Sum(static bin => (double)bin.Count);

    public Svg Draw()
    {
        var svg = new Svg(Head + Tall + Below, Title,
            $"Accuracy by confidence; on the diagonal both are equal.{Errors()}");
        var width = (Svg.Width - Between * (Stages.Count - 1)) / Stages.Count;
        foreach (var (index, (name, bins)) in Stages.Index())
        {
            var area = new Area(index * (width + Between), Head, width, Tall);
            var head = Error(bins) is var error && double.IsNaN(error) ? name : $"{name}: ECE {error:F3}";
            svg.Text(area.X, 12, Svg.Cut(head, width), tip: head);
            Draw(svg, area, bins);
        }
        return svg;
    }

    /// <summary>A sentence, with the names of the stages where there are two; none where nothing was counted.</summary>
    private string Errors()
    {
        var known = Stages.Where(static stage => !double.IsNaN(Error(stage.Bins))).ToList();
        return known.Count == 0 ? "" : " Expected calibration error " +
            string.Join(", ", known.Select(stage => $"{Error(stage.Bins):F3}{(Stages.Count > 1 ? $" {stage.Name}" : "")}")) + ".";
    }

    private static void Draw(Svg svg, Area area, IReadOnlyList<ReliabilityBin> bins)
    {
        var plot = new Plot(area, Axis.Unit, [], Axis.Unit([], 6), "confidence", "accuracy");
        plot.Draw(svg);
        var (most, floor) = (Math.Max(1, bins.Select(static bin => bin.Count).DefaultIfEmpty().Max()), area.Bottom + Below - 2);
        foreach (var bin in bins.Where(static bin => bin.Count > 0))
        {
            var (left, right) = (plot.X(bin.Low), plot.X(bin.High));
            var (x, width) = (left + 0.5, Math.Max(0.5, right - left - 1));
            var tip = $"confidence {Figure.Of(bin.Low)} to {Figure.Of(bin.High)}, mean {Figure.Of(bin.Confidence)}: " +
                $"{Markup.Count(bin.Count)}, {Figure.Share(bin.Accuracy)} right";
            var (accuracy, confidence) = (plot.Y(bin.Accuracy), plot.Y(bin.Confidence));
            svg.Rectangle(x, accuracy, width, plot.Inner.Bottom - accuracy, Ink.Good, tip: tip);
            svg.Rectangle(x, Math.Min(accuracy, confidence), width, Math.Abs(accuracy - confidence), Ink.Bad, 0.55, tip);
            var high = (Below - 18) * bin.Count / (double)most;
            svg.Rectangle(x, floor - high, width, high, Ink.Quiet, tip: tip);
        }
        svg.Line(plot.X(0), plot.Y(0), plot.X(1), plot.Y(1), Ink.Text, "4 3");
        svg.Text(plot.Inner.X, floor - (Below - 18) - 4, $"count, up to {Markup.Count(most)}", "start", Ink.Quiet);
        svg.Line(plot.Inner.X, floor, plot.Inner.Right, floor, Ink.Quiet);
    }
}
