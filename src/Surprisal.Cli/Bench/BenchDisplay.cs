using Spectre.Console;

namespace Surprisal.Cli.Bench;

/// <summary>The figures as they come: a table that grows on a terminal, aligned lines when output goes elsewhere.</summary>
internal static class BenchDisplay
{
    private static readonly string[] header = ["work", "ms", "GB/s", "share of copy", "allocated"];

    private static bool IsLive => !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;

    /// <summary>Shows each measurement when it is made.</summary>
    public static void Show(IReadOnlyList<Work> works, Func<Work, Measurement> measure)
    {
        Console.WriteLine($"{Machine.Here}");
        Console.WriteLine();
        if (IsLive) Live(works, measure);
        else Lines(works, measure);
        Console.WriteLine();
        Console.WriteLine("A call gives value and gradient; log_softmax goes forward and backward. GB/s counts the bytes that must be read and written;");
        Console.WriteLine("the share is of those that copying the logits moves in the same time, the fastest way this machine has. Allocated: bytes a call.");
    }

    private static void Live(IReadOnlyList<Work> works, Func<Work, Measurement> measure)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var title in header) table.AddColumn(title, column => column.Alignment(title == header[0] ? Justify.Left : Justify.Right));
        AnsiConsole.Live(table).Start(context =>
        {
            context.Refresh();
            foreach (var work in works)
            {
                table.AddRow([.. Cells(measure(work)).Select(Markup.Escape)]);
                context.Refresh();
            }
        });
    }

    private static void Lines(IReadOnlyList<Work> works, Func<Work, Measurement> measure)
    {
        var width = works.Max(static work => work.Name.Length);
        Console.WriteLine(Line(header, width));
        foreach (var work in works) Console.WriteLine(Line(Cells(measure(work)), width));
    }

    private static string Line(string[] cells, int width) =>
        $"{cells[0].PadRight(width)}  {cells[1],8}  {cells[2],7}  {cells[3],13}  {cells[4],9}";

    private static string[] Cells(Measurement m) =>
        [m.Work.Name, m.Milliseconds < 10 ? $"{m.Milliseconds:F4}" : $"{m.Milliseconds:F2}", $"{m.Gigabytes:F1}", $"{m.Share:P0}", $"{m.Allocated:F0}"];
}
