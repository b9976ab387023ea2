using System.Text.Json;
using System.Text.Json.Nodes;
using Surprisal.Cli.Models;

namespace Surprisal.Cli.Runs;

/// <summary>Runs beside each other: the options that differ, and the figures; several tables where one is too wide.</summary>
internal static class RunComparison
{
    private const int Widest = 24;

    public static IEnumerable<string> Lines(IReadOnlyList<RunSummary> runs, Screen screen)
    {
        var (differences, figures) = (Differences(runs), Figures(runs));
        var names = Names(runs);
        if (runs.Count > 1)
            yield return differences.Count == 0 ? "the options are the same" : $"options that differ: {differences.Count}";
        List<(string Name, string[] Cells)> rows = [.. differences, .. figures];
        var title = rows.Max(static row => TerminalText.Width(row.Name));
        for (var first = 0; first < runs.Count;)
        {
            var count = 1;
            while (first + count < runs.Count && Width(first, count + 1) <= (screen.Columns ?? int.MaxValue)) count++;
            var from = first;
            var table = new TextTable(screen, "", rows.Select(static row => row.Name), Math.Min(title, 12),
                [.. Enumerable.Range(from, count).Select(i => (Cut(names[i], i), WidthOf(i)))]);
            if (first > 0) yield return "";
            yield return table.Header;
            foreach (var (i, (name, cells)) in rows.Index())
            {
                if (i == differences.Count && i > 0) yield return "";
                yield return table.Line(name, [.. cells.Skip(from).Take(count).Select((cell, k) => Cut(cell, from + k))]);
            }
            first += count;
        }

        int Width(int from, int count) => title + Enumerable.Range(from, count).Sum(i => 2 + WidthOf(i));
        int WidthOf(int i) => Math.Min(Widest, rows.Max(row => Math.Max(TerminalText.Width(names[i]), TerminalText.Width(row.Cells[i]))));
        string Cut(string text, int i) => TerminalText.Cut(text, WidthOf(i), screen.IsAscii);
    }

    /// <summary>The options that not all runs have alike, each with its value in every run.</summary>
    public static List<(string Name, string[] Cells)> Differences(IReadOnlyList<RunSummary> runs)
    {
        var options = runs
            .Select(static run => JsonSerializer.SerializeToNode(run.Options, OptionsJson.Default.TrainOptions)!.AsObject()).ToList();
        return [.. options[0].Select(option => (option.Key, Cells: options.Select(of => Text(of[option.Key])).ToArray()))
            .Where(static row => row.Cells.Distinct(StringComparer.Ordinal).Count() > 1)];
    }

    private static List<(string Name, string[] Cells)> Figures(IReadOnlyList<RunSummary> runs) =>
    [
        .. ((IEnumerable<(string Name, Func<RunSummary, string> Cell)>)
        [
            ("state", static run => run.State),
            ("epochs", RunFigures.Epochs),
            ("best epoch", static run => run.Best is { Epoch: > 0 } best ? $"{best.Epoch}" : "-"),
            ("validation accuracy", static run => RunFigures.Accuracy(run.Best?.ValidationAccuracy)),
            ("validation loss", static run => RunFigures.Loss(run.Best?.ValidationLoss)),
            ("test accuracy", static run => RunFigures.Accuracy(run.Tested?.Accuracy)),
            ("test loss", static run => RunFigures.Loss(run.Tested?.Loss)),
            ("test macro F1", static run => RunFigures.Loss(run.Tested?.MacroF1)),
            .. RunFigures.ScoreNames(runs).SelectMany(static name => new (string, Func<RunSummary, string>)[]
            {
                ($"validation {name}", run => Of(run, name, run.Best?.ValidationScore)),
                ($"test {name}", run => Of(run, name, run.Tested?.Score)),
            }),
            ("time", static run => RunFigures.Time(run.Seconds)),
        ]).Select(row => (row.Name, runs.Select(row.Cell).ToArray())),
    ];

    /// <summary>A dash where a run has another score, or none.</summary>
    private static string Of(RunSummary run, string name, double? score) =>
        run.Options.Task.ScoreName() == name ? RunFigures.Score(run, score) : "-";

    /// <summary>Their folders' own names; with what is above where two have the same.</summary>
    private static string[] Names(IReadOnlyList<RunSummary> runs) =>
        [.. runs.Select(run => TerminalText.Escape(runs.Count(other => other.Name == run.Name) > 1 ? run.Folder : run.Name))];

    private static string Text(JsonNode? value) => value is null ? "-" : TerminalText.Escape(value switch
    {
        JsonArray list => list.Count == 0 ? "-" : string.Join(' ', list.Select(static one => $"{one}")),
        _ => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(),
    });
}
