namespace Surprisal.Cli.Runs;

/// <summary>Runs as a list, a line each.</summary>
internal static class RunsTable
{
    private const int MostOfName = 12;

    public static IEnumerable<string> Lines(IReadOnlyList<RunSummary> runs, Screen screen)
    {
        var names = RunFigures.ScoreNames(runs);
        var score = names.Count == 1 ? names[0] : "score"; // of runs of several kinds each has its own
        // The last columns are those that a narrow screen leaves out.
        var rows = runs.Select(run => (run.Name, Cells: (string[])
        [
            RunFigures.Accuracy(run.Best?.ValidationAccuracy), RunFigures.Loss(run.Best?.ValidationLoss),
            RunFigures.Accuracy(run.Tested?.Accuracy),
            .. names.Count == 0 ? Array.Empty<string>()
                : [RunFigures.Score(run, run.Best?.ValidationScore), RunFigures.Score(run, run.Tested?.Score)],
            run.State, RunFigures.Epochs(run), RunFigures.Time(run.Seconds),
            Short(run.Options.Model), Short(run.Options.Source), Short(run.Options.Loss),
        ])).ToList();
        string[] titles =
        [
            "valid.", "loss", "test", .. names.Count == 0 ? Array.Empty<string>() : [$"valid. {score}", $"test {score}"], "state", "epochs",
            "time", "model", "data", "trained with",
        ];
        var table = new TextTable(screen, "run", rows.Select(static row => row.Name), minNameWidth: 16,
            [.. titles.Select((title, i) => (title, rows.Max(row => Math.Max(title.Length, TerminalText.Width(row.Cells[i])))))]);
        yield return table.Header;
        foreach (var (name, cells) in rows) yield return table.Line(name, cells);

        string Short(string text) => screen.Columns is null ? TerminalText.Escape(text)
            : TerminalText.Cut(TerminalText.Escape(text), MostOfName, screen.IsAscii);
    }
}
