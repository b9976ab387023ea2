using System.Text.Json;

namespace Surprisal.Cli.Models;

/// <summary>Predictions as a table for people, as CSV and as lines of JSON.</summary>
/// <param name="what">What each is of: file or row.</param>
/// <param name="card">The model's.</param>
/// <param name="topK">How many classes are told of each.</param>
internal sealed class PredictionAnswer(string what, ModelCard card, int topK)
{
    private const int MostName = 24;

    private readonly IReadOnlyList<string> names = card.ClassNames;

    /// <summary>Class and probability of each of the most probable classes; of labels the probability of every one.</summary>
    public IEnumerable<string> Csv(IEnumerable<Prediction> predictions)
    {
        var header = card.Task == ModelTask.Labels ? string.Concat(names.Select(static name => $",{CsvText.Quote(name)}"))
            : string.Concat(Enumerable.Range(1, topK).Select(static k => k == 1 ? ",class,probability" : $",class{k},probability{k}"));
        yield return what + header;
        foreach (var one in predictions)
        {
            var cells = card.Task == ModelTask.Labels ? one.Probabilities.Select(Written)
                : one.Chosen.SelectMany(c => new[] { CsvText.Quote(names[c]), Written(one.Probabilities[c]) });
            yield return string.Join(',', cells.Prepend(CsvText.Quote(one.Name)));
        }

        static string Written(double probability) => FormattableString.Invariant($"{probability:R}");
    }

    /// <summary>One line.</summary>
    public string Json(Prediction prediction) => JsonText.Object(json =>
    {
        if (prediction.Row is { } row) json.WriteNumber(what, row);
        else json.WriteString(what, prediction.Name);
        json.WriteStartArray(card.Task == ModelTask.Labels ? "labels" : "classes");
        foreach (var c in prediction.Chosen)
        {
            json.WriteStartObject();
            json.WriteString(card.Task == ModelTask.Labels ? "label" : "class", names[c]);
            json.WriteResult("probability", prediction.Probabilities[c]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>Lines that fit the screen.</summary>
    public IEnumerable<string> Table(IReadOnlyList<Prediction> predictions, Screen screen) =>
        card.Task == ModelTask.Labels ? Labels(predictions, screen) : Classes(predictions, screen);

    private IEnumerable<string> Classes(IReadOnlyList<Prediction> predictions, Screen screen)
    {
        var width = Math.Max(5, Math.Min(MostName,
            predictions.SelectMany(static one => one.Chosen).Max(c => TerminalText.Width(TerminalText.Escape(names[c])))));
        (string, int)[] columns = [.. Enumerable.Range(0, topK).SelectMany(_ => new[] { ("class", width), ("probability", 11) })];
        var table = new TextTable(screen, what, predictions.Select(static one => one.Name), minNameWidth: 12, columns);
        yield return table.Header;
        foreach (var one in predictions)
            yield return table.Line(one.Name, [.. one.Chosen.SelectMany(c => new[]
            {
                TerminalText.Cut(TerminalText.Escape(names[c]), width, screen.IsAscii), $"{one.Probabilities[c]:P2}",
            })]);
    }

    /// <summary>As many as there are, so no columns.</summary>
    private IEnumerable<string> Labels(IReadOnlyList<Prediction> predictions, Screen screen)
    {
        var width = predictions.Max(static one => TerminalText.Width(TerminalText.Escape(one.Name)));
        if (screen.Columns is { } columns) width = Math.Min(width, columns / 2);
        foreach (var one in predictions)
        {
            var labels = one.Chosen.Count == 0 ? "-"
                : string.Join(", ", one.Chosen.Select(c => $"{TerminalText.Escape(CsvText.Quote(names[c]))} {one.Probabilities[c]:P1}"));
            var line = $"{TerminalText.Pad(TerminalText.Cut(TerminalText.Escape(one.Name), width, screen.IsAscii), width)}  {labels}";
            yield return screen.Columns is { } most ? TerminalText.Cut(line, most, screen.IsAscii) : line;
        }
    }
}
