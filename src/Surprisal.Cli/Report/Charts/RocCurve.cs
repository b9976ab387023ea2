namespace Surprisal.Cli.Report;

/// <summary>Receiver operating characteristic: the share of true positives beside that of false ones, for every threshold.</summary>
internal static class RocCurve
{
    /// <param name="title">What it shows, in a few words.</param>
    /// <param name="description">The same in a sentence or two.</param>
    /// <param name="curves">Points of false and true positive rates, 0 .. 1, from (0, 0) to (1, 1).</param>
    public static Svg Draw(string title, string description, IEnumerable<Curve> curves) =>
        new CurveChart(title, description, "false positive rate", "true positive rate",
            [.. curves, new Curve("chance", [(0, 0), (1, 1)], IsQuiet: true)]) { Across = Axis.Unit, Upwards = Axis.Unit }.Draw();
}
