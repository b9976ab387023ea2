using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Results;

/// <summary>What linear cross-entropy takes in time and memory, at several sizes: a file of bench/results.</summary>
/// <param name="Date">The day.</param>
/// <param name="Machine">The machine.</param>
/// <param name="PyTorch">The rival's version; null where there was none.</param>
/// <param name="Points">The sizes, those of the picture among them.</param>
internal sealed record LinearRun(string Date, Machine Machine, string? PyTorch, IReadOnlyList<LinearPoint> Points)
{
    /// <summary>What its files are called behind the machine.</summary>
    public const string Suffix = "-linear";

    private static readonly string[] header = ["rows x hidden x classes", "logits", "products, s", "kept, s", "of the products' speed",
        "made again, s", "of the products' speed", "PyTorch, s", "kept is faster by", "extra memory: kept", "made again", "PyTorch"];

    public string Path => ResultFile.Path(Machine, Suffix);

    public string Caption => $"{Machine}, {(PyTorch is null ? "no PyTorch found" : $"PyTorch {PyTorch}")}; {Date}, medians of " +
        $"{Points.Min(static point => point.Rounds)} to {Points.Max(static point => point.Rounds)} rounds.";

    public static LinearRun Read(string json) => ResultFile.Read<LinearRun>(json);

    public string ToJson() => ResultFile.Format(this with
    {
        Points =
        [
            .. Points.Select(static point => point with
            {
                Products = ResultFile.Rounded(point.Products), Kept = point.Kept.Rounded(), Again = point.Again.Rounded(),
                Dense = point.Dense?.Rounded(), PyTorch = point.PyTorch?.Rounded(),
            }),
        ],
    });

    /// <summary>The sizes in rows, as Markdown.</summary>
    public string Table() => Results.Table.Text(header, Points.Select(static point => (string[])
    [
        $"{point.Rows} x {point.Hidden} x {point.Classes:#,0}", Megabytes(point.LogitBytes), Seconds(point.Products),
        Seconds(point.Kept.Milliseconds), $"{point.Kept.Speed:0.00}", Seconds(point.Again.Milliseconds), $"{point.Again.Speed:0.00}",
        point.PyTorch is { } torch ? $"{Seconds(torch.Milliseconds)} ({torch.Configuration})" : "",
        point.PyTorch is { } rival ? $"{point.Kept.Speed / rival.Speed:0.00}" : "",
        Extra(point, point.Kept), Extra(point, point.Again), point.PyTorch is { } its ? Extra(point, its) : "",
    ]));

    private static string Extra(LinearPoint point, LinearSide side) =>
        $"{Megabytes(side.ExtraBytes)}, {100 * side.ExtraBytes / point.LogitBytes:0.#} %";

    private static string Megabytes(double bytes) => $"{bytes / 1e6:#,0.#} MB";

    private static string Seconds(double milliseconds) => $"{milliseconds / 1e3:0.00}";
}
