namespace Surprisal.Bench;

/// <summary>The results as a Markdown table that is also aligned for a terminal.</summary>
internal static class Table
{
    public static readonly string[] Header = ["work", "Surprisal ms", "PyTorch as installed ms", "PyTorch tuned ms", "ratio to the faster", "GFLOP/s: ours", "installed", "tuned"];

    public static string[] Row(Comparison.Result result)
    {
        string Speed(double milliseconds) => result.Work.Flops > 0 && milliseconds > 0 ? $"{result.Work.Flops / milliseconds * 1e-6:0}" : "";
        var (installed, tuned) = result.Rivals is [var first, var second] ? (first, second) : (0, 0);
        return [result.Work.Name, Milliseconds(result.Ours), Milliseconds(installed), Milliseconds(tuned), result.Ratio is { } ratio ? $"{ratio:0.00}" : "-", Speed(result.Ours), Speed(installed), Speed(tuned)];
    }

    public static string Text(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, Header.Length).Select(column => rows.Append(Header).Max(row => row[column].Length)).ToArray();
        string Line(string[] cells) => $"| {string.Join(" | ", cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))} |";
        var rule = $"|{string.Join("|", widths.Select(static (width, column) => column == 0 ? new string('-', width + 2) : new string('-', width + 1) + ":"))}|";
        return string.Join(Environment.NewLine, rows.Select(Line).Prepend(rule).Prepend(Line(Header)));
    }

    private static string Milliseconds(double value) => value switch { 0 => "-", < 10 => $"{value:0.000}", _ => $"{value:0.0}" };
}
