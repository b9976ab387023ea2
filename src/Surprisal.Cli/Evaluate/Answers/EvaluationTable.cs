using System.Globalization;
using Surprisal.Metrics;

namespace Surprisal.Cli.Evaluate;

/// <summary>
/// The answers as lines that fit the terminal: what was left out first, then the numbers, the worst classes, pairs and rows.
/// </summary>
internal static class EvaluationTable
{
    private const int WorstClasses = 10, HardestRows = 5;

    public static IEnumerable<string> Lines(EvaluationView view, Screen screen)
    {
        var shown = view.Rows.Where(static (row, i) => i == 0 || row.Count > 0);
        var rows = string.Join(", ", shown.Select(static row => $"{Count(row.Count)} {row.What}"));
        foreach (var line in screen.Wrap($"rows: {rows}")) yield return line;
        yield return "";
        var width = view.Groups.SelectMany(static group => group.Numbers).Max(static number => number.Name.Length);
        foreach (var (group, numbers) in view.Groups)
            foreach (var (i, number) in numbers.Index())
                yield return screen.FirstThatFits(
                    $"{(i == 0 ? group : ""),-12}{number.Name.PadRight(width)}  {number.Number(screen.IsAscii)}",
                    $"{number.Name.PadRight(width)}  {number.Number(screen.IsAscii)}");
        foreach (var line in Classes(view, screen)) yield return line;
        if (view.Pairs.Count > 0) yield return "";
        foreach (var pair in view.Pairs)
            yield return screen.FirstThatFits(
                $"confused: {TerminalText.Escape(view.Taken(pair.Target, pair.Predicted))}, {Number(pair.Count)} " +
                Counted.Word(pair.Count, "time"));
        if (view.HardestRows.Count > 0) yield return "";
        foreach (var picture in view.HardestPictures.Take(HardestRows))
            yield return screen.FirstThatFits(
                $"hardest: {Picture(view, picture)}, mean loss {Figured.Digits(picture.Loss)}, {Ratio(picture.Right, 1)} of its pixels " +
                $"right, the worst at {Worst(view, picture)}",
                $"hardest: {Picture(view, picture)}, mean loss {Figured.Digits(picture.Loss)}, {Ratio(picture.Right, 1)} right",
                $"hardest: {Picture(view, picture)}, mean loss {Figured.Digits(picture.Loss)}");
        foreach (var row in view.HardestRows.Take(view.HardestPictures.Count > 0 ? 0 : HardestRows))
            yield return screen.FirstThatFits(
                $"hardest: {view.PlaceOf(row)}{File(view, row)}, loss {Figured.Digits(row.Loss)}: {TerminalText.Escape(view.Outcome(row))}",
                $"hardest: {view.PlaceOf(row)}{File(view, row)}, loss {Figured.Digits(row.Loss)}",
                $"hardest: {view.PlaceOf(row)}, loss {Figured.Digits(row.Loss)}");
        if (view.Notes.Count > 0) yield return "";
        foreach (var line in view.Notes.SelectMany(screen.Wrap)) yield return line;
    }

    private static IEnumerable<string> Classes(EvaluationView view, Screen screen)
    {
        var worst = view.Classes.Where(static c => c.Occurs)
            .OrderBy(static c => double.IsNaN(c.F1) ? 2 : c.F1).ThenBy(static c => c.Class).Take(WorstClasses).ToList();
        if (worst.Count == 0) yield break;
        yield return "";
        var occurring = view.Classes.Count(static c => c.Occurs);
        if (occurring > worst.Count) yield return $"the {worst.Count} worst of {occurring} {(view.AreLabels ? "labels" : "classes")}";
        var table = new TextTable(screen, view.AreLabels ? "label" : "class", worst.Select(c => view.NameOf(c.Class)), minNameWidth: 8,
            [.. view.ArePixels ? [("IoU", 7)] : Array.Empty<(string, int)>(),
                ("F1", 7), ("recall", 7), ("precision", 9), ("support", 10),
                .. view.AreLabels ? Array.Empty<(string, int)>() : [("loss", 8)]]);
        yield return table.Header;
        foreach (var c in worst)
            yield return table.Line(view.NameOf(c.Class),
                [.. view.ArePixels ? [Ratio(c.Iou, c.Support + c.Predicted)] : Array.Empty<string>(), Ratio(c.F1, c.Support + c.Predicted),
                Ratio(c.Recall, c.Support), Ratio(c.Precision, c.Predicted), Number(c.Support),
                .. view.AreLabels ? Array.Empty<string>() : [Figured.Digits(c.Loss)]]);
    }

    /// <summary>A ratio in percent; a dash for 0 / 0.</summary>
    private static string Ratio(double value, double of) =>
        of == 0 || double.IsNaN(value) ? "-" : (100 * value).ToString("F1", CultureInfo.InvariantCulture) + " %";

    private static string Picture(EvaluationView view, HardPicture picture) =>
        TerminalText.Escape(view.Run!.NameOf(view.Run.RowOf(picture)) ?? $"picture {picture.Sample}");

    private static string Worst(EvaluationView view, HardPicture picture)
    {
        var (x, y) = view.Run!.PlaceOf(picture.Worst)!.Value;
        return $"x {x}, y {y}";
    }

    private static string File(EvaluationView view, HardRow row) =>
        view.Run?.NameOf(row.Row) is { } file ? $" ({TerminalText.Escape(file)})" : "";

    private static string Number(double count) => count.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
