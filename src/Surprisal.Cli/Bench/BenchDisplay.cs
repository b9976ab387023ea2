namespace Surprisal.Cli.Bench;

/// <summary>The figures as they come: a table that grows line by line.</summary>
internal static class BenchDisplay
{
    /// <summary>Shows each measurement when it is made.</summary>
    public static void Show(IReadOnlyList<Work> works, Func<Work, Measurement> measure)
    {
        var screen = Screen.Here;
        Say(screen, $"{Machine.Here}");
        Console.WriteLine();
        var table = new TextTable(screen, "work", works.Select(static work => work.Name), minNameWidth: 28, ("ms", 8), ("GB/s", 7),
            ("share of copy", 13), ("allocated", 9));
        Console.WriteLine(table.Header);
        foreach (var work in works) Console.WriteLine(table.Line(work.Name, Cells(measure(work))));
        Console.WriteLine();
        Say(screen,
            "A call gives value and gradient; log_softmax goes forward and backward. GB/s counts the bytes that must be read and written;",
            "the share is of those that copying the logits moves in the same time, the fastest way this machine has. Allocated: " +
            "bytes a call.");
    }

    /// <summary>Lines as they are where output goes elsewhere, else one text broken to fit.</summary>
    private static void Say(Screen screen, params string[] lines)
    {
        foreach (var line in screen.IsLive ? screen.Wrap(string.Join(' ', lines)) : lines) Console.WriteLine(line);
    }

    private static string[] Cells(Measurement m) =>
        [m.Milliseconds < 10 ? $"{m.Milliseconds:F4}" : $"{m.Milliseconds:F2}", $"{m.Gigabytes:F1}", $"{m.Share:P0}", $"{m.Allocated:F0}"];
}
