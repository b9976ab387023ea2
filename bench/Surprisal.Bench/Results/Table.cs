namespace Surprisal.Bench.Results;

/// <summary>Rows as a Markdown table that is also aligned for a terminal.</summary>
internal static class Table
{
    private static readonly string[] whole = ["work", "Surprisal ms", "PyTorch as installed ms", "PyTorch tuned ms", "ratio", "target", "",
        "copy ms (threads)", "copies", "of the copy's bytes/s", "allocated", "without AVX-512"];
    private static readonly string[] english = ["work", "Surprisal, ms", "PyTorch, ms", "times as fast", "copies of the logits"];
    private static readonly string[] chinese = ["计算任务", "Surprisal（毫秒）", "PyTorch（毫秒）", "速度比", "相当于复制 logits 的次数"];

    /// <summary>Everything that was measured.</summary>
    public static string Whole(IEnumerable<Figure> figures) => Text(whole, figures.Select(static f => (string[])
    [
        f.Work, Milliseconds(f.Milliseconds), Milliseconds(f.Installed), Milliseconds(f.Tuned), Number(f.Ratio, "0.00"), f.Target(),
        f.Verdict(), f.Copy is null ? "" : $"{Milliseconds(f.Copy)} ({f.CopyThreads})", Number(f.Copies, "0.00"),
        f.Gigaflops is null ? Number(f.Share, "0 %") : $"{f.Gigaflops:0} GFLOP/s", Number(f.Allocated, "0"), Number(f.Narrow, "0.00"),
    ]));

    /// <summary>The rows with a target, in a few columns.</summary>
    public static string Short(IEnumerable<Figure> figures, bool inChinese) =>
        Text(inChinese ? chinese : english, figures.Where(static f => f.HasTarget).Select(static f => (string[])
        [
            f.Work, Milliseconds(f.Milliseconds), Milliseconds(f.PyTorch), Number(f.Ratio, "0.0"),
            Number(f.Copies, f.Copies < 10 ? "0.00" : "0"),
        ]));

    /// <summary>A header and cells.</summary>
    public static string Text(string[] header, IEnumerable<string[]> cells)
    {
        var rows = cells.ToList();
        var widths = header.Select((_, column) => rows.Append(header).Max(row => row[column].Length)).ToArray();
        string Cell(string cell, int column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]);
        static string Rule(int width, int column) => column == 0 ? new string('-', width + 2) : new string('-', width + 1) + ":";
        string Line(string[] row) => $"| {string.Join(" | ", row.Select(Cell))} |\n";
        var rule = $"|{string.Join("|", widths.Select(Rule))}|\n";
        return Line(header) + rule + string.Concat(rows.Select(Line));
    }

    private static string Milliseconds(double? value) =>
        value is < 1 ? $"{value:0.0000}" : value is < 10 ? $"{value:0.000}" : Number(value, "0.0");

    private static string Number(double? value, string format) => value?.ToString(format) ?? "";
}
