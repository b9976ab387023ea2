namespace Surprisal.Cli.Report;

/// <summary>Precision beside recall, for every threshold.</summary>
internal static class PrecisionRecallCurve
{
    /// <param name="title">What it shows, in a few words.</param>
    /// <param name="description">The same in a sentence or two.</param>
    /// <param name="curves">Points of recall and precision, 0 .. 1, by growing recall.</param>
    /// <param name="positives">The share of positive samples, which chance has as its precision; null for none to compare with.</param>
    public static Svg Draw(string title, string description, IEnumerable<Curve> curves, double? positives = null) =>
        new CurveChart(title, description, "recall", "precision",
            [.. curves, .. positives is { } share ? [new Curve("chance", [(0, share), (1, share)], IsQuiet: true)] : Array.Empty<Curve>()])
        { Across = Axis.Unit, Upwards = Axis.Unit }.Draw();
}
