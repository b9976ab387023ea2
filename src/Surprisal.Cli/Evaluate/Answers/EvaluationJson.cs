using System.Globalization;
using System.Text.Json;
using Surprisal.Cli.Rows;
using Surprisal.Metrics;

namespace Surprisal.Cli.Evaluate;

/// <summary>
/// An evaluation as JSON: the numbers for machines, and the state from which evaluations of shards merge. A number that is not defined is
/// null; what is not finite is "Infinity" or "-Infinity", for JSON has no such numbers.
/// </summary>
internal static partial class EvaluationJson
{
    private const string Kind = "evaluation";
    private const int Version = 1;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <param name="result">What was found.</param>
    /// <param name="view">What is shown of it: its numbers, which take a while, are computed once.</param>
    /// <param name="path">Where it goes: files of rows are named as seen from there; null for a stream.</param>
    public static string Format(EvaluationResult result, EvaluationView view, string? path) => JsonText.Object(json =>
    {
        json.WriteString("surprisal", Kind);
        json.WriteNumber("version", Version);
        WriteOptions(json, result);
        WriteNumbers(json, view);
        if (result.TemperatureSums is not null) WriteTemperature(json, result);
        WriteRowsFiles(json, result.RowsFiles, path);
        json.WritePropertyName("state");
        result.Classes?.Write(json);
        result.Labels?.Write(json);
    }, indented: true);

    private static void WriteOptions(Utf8JsonWriter json, EvaluationResult result)
    {
        var options = result.Options;
        json.WriteBoolean("multiLabel", result.Labels is not null);
        if (result.ArePixels) json.WriteBoolean("pixels", true);
        json.WriteStartObject("options");
        json.WriteNumber("classes", options.Classes);
        json.WriteString("scores", options.Scores.ToString());
        json.WriteString("ignoreIndex", $"{options.IgnoreIndex}");
        if (result.Shard is (var part, > 1 and var parts)) json.WriteString("shard", $"{part}/{parts}");
        if (options.TopK is { } k) json.WriteNumber("topK", k);
        json.WriteNumber("bins", options.Bins);
        json.WriteNumber("clip", options.Clip);
        json.WriteNumber("labelSmoothing", options.LabelSmoothing);
        json.WriteString("seed", $"{options.Seed}");
        if (options.Ranking is { } ranking) json.WriteBoolean("ranking", ranking);
        json.WriteBoolean("strict", options.Strict);
        if (options.Weight is { } weight)
        {
            json.WriteStartArray("weight");
            for (var c = 0; c < weight.Count; c++) json.WriteNumberValue(weight[c]);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        if (result.ClassNames is not { } names)
        {
            json.WriteNull("classNames");
            return;
        }
        json.WriteStartArray("classNames");
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static void WriteTemperature(Utf8JsonWriter json, EvaluationResult result)
    {
        var fit = result.Temperature!.Value;
        json.WriteStartObject("temperature");
        json.WriteString("state", Lower(fit.State));
        json.WriteResult("temperature", fit.Temperature);
        json.WriteResult("loss", fit.Loss);
        json.WriteResult("lossBefore", fit.LossBefore);
        if (result.AfterTemperature is { } after) json.WriteResult("ece", after.Ece);
        json.WritePropertyName("sums");
        result.TemperatureSums!.Write(json);
        json.WriteEndObject();
    }

    private static void WriteRowsFiles(Utf8JsonWriter json, IReadOnlyList<RowsFile> files, string? path)
    {
        if (files.Count == 0) return;
        json.WriteStartArray("rowsFiles");
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("name", path is null ? file.Path : NameFrom(path, file.Path));
            json.WriteString("firstRow", $"{file.FirstRow}");
            json.WriteString("rows", $"{file.Rows}");
            json.WriteString("digest", file.Digest);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>As seen from the folder of the JSON, so that both can be moved together.</summary>
    private static string NameFrom(string json, string file) =>
        Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(json))!, Path.GetFullPath(file)).Replace('\\', '/');

    private static void WriteNumbers(Utf8JsonWriter json, EvaluationView view)
    {
        json.WriteStartObject("rows");
        foreach (var (what, count) in view.Rows) json.WriteNumber(Name(what), count);
        json.WriteEndObject();
        json.WriteStartObject("metrics");
        foreach (var number in view.Groups.Where(static group => group.Group != "temperature").SelectMany(static group => group.Numbers))
        {
            json.WriteStartObject(Name(number.Name));
            json.WriteResult("value", number.Value);
            if (!double.IsNaN(number.HalfWidth)) json.WriteResult("halfWidth", number.HalfWidth);
            if (number.Wilson is { } wilson)
            {
                json.WriteResult("wilsonLower", wilson.Lower);
                json.WriteResult("wilsonUpper", wilson.Upper);
            }
            if (!double.IsNaN(number.Error)) json.WriteResult("within", number.Error);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartArray("perClass");
        foreach (var c in view.Classes)
        {
            json.WriteStartObject();
            json.WriteString("name", view.NameOf(c.Class));
            foreach (var (name, value) in new[]
            {
                ("support", c.Support), ("predicted", c.Predicted), ("hits", c.Hits), ("precision", c.Precision), ("recall", c.Recall),
                    ("f1", c.F1), ("iou", c.Iou),
                ("loss", c.Loss), ("auc", c.Auc), ("apLower", c.AveragePrecision.Lower), ("apUpper", c.AveragePrecision.Upper), ("ece",
                    c.Ece),
            })
                json.WriteResult(name, value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("hardestRows");
        foreach (var row in view.HardestRows)
        {
            json.WriteStartObject();
            json.WriteNumber("row", row.Row);
            if (view.Run?.NameOf(row.Row) is { } file) json.WriteString("file", file);
            if (view.Run?.LineOf(row.Row) is { } line) json.WriteNumber("line", line);
            if (view.Run?.PlaceOf(row.Row) is var (x, y))
            {
                json.WriteNumber("x", x);
                json.WriteNumber("y", y);
            }
            json.WriteResult("loss", row.Loss);
            json.WriteNumber("target", row.Target);
            json.WriteNumber("predicted", row.Predicted);
            json.WriteResult("confidence", row.Confidence);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>"of weight 0" is ofWeight0, "log-loss" logLoss.</summary>
    private static string Name(string words)
    {
        var parts = words.Split([' ', '-']);
        return string.Concat(parts.Select(static (part, i) => i == 0
            ? part.All(char.IsUpper) ? part.ToLowerInvariant() : char.ToLowerInvariant(part[0]) + part[1..]
            : char.ToUpperInvariant(part[0]) + part[1..]));
    }

    private static string Lower(TemperatureState state) => state.ToString().ToLowerInvariant();
}
