using Surprisal.Cli.Report;

namespace Surprisal.Bench.Results;

/// <summary>Memory and time of an output layer with its loss beside the size of the vocabulary, as pictures.</summary>
internal static class LinearPicture
{
    public const string MemoryPath = "docs/pictures/linear-memory.svg", TimePath = "docs/pictures/linear-time.svg";

    /// <summary>The rows and hidden numbers of the points that are drawn.</summary>
    public const int Rows = 1024, Hidden = 768;

    private const string Across = "classes";

    public static string Memory(LinearRun run)
    {
        var points = Drawn(run);
        return Draw("Memory beside the size of the vocabulary",
            $"The most memory above inputs and gradients of {Rows} rows of {Hidden} numbers, in megabytes.", "megabytes", points,
            new("the logits", [.. points.Select(static point => (point.Classes, point.LogitBytes / 1e6))], IsQuiet: true),
            static side => side.ExtraBytes / 1e6);
    }

    public static string Time(LinearRun run)
    {
        var points = Drawn(run);
        return Draw("Time beside the size of the vocabulary",
            $"Value and both gradients of {Rows} rows of {Hidden} numbers, in milliseconds.", "milliseconds", points,
            new("three products", [.. points.Select(static point => (point.Classes, point.Products))], IsQuiet: true),
            static side => side.Milliseconds);
    }

    private static string Draw(
        string title, string description, string upwards, IReadOnlyList<LinearPoint> points, Curve yardstick,
        Func<LinearSide, double> number)
    {
        Curve[] curves =
        [
            yardstick, Of("dense", static point => point.Dense), Of("linear, kept", static point => point.Kept),
            Of("linear, made again", static point => point.Again), Of("PyTorch", static point => point.PyTorch),
        ];
        return new CurveChart(title, description, Across, upwards, curves) { Across = Axis.Log, Upwards = Axis.Log }.Draw().Alone();

        Curve Of(string name, Func<LinearPoint, LinearSide?> side) => new(name,
            [.. points.Select(point => ((double)point.Classes, side(point) is { } measured ? number(measured) : double.NaN))]);
    }

    private static List<LinearPoint> Drawn(LinearRun run) =>
        [.. run.Points.Where(static point => point is { Rows: Rows, Hidden: Hidden }).OrderBy(static point => point.Classes)];
}
