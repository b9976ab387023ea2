using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Surprisal.Metrics;

namespace Surprisal.Cli.Evaluate;

/// <summary>
/// An evaluation as JSON: the numbers for machines, and the state from which evaluations of shards merge. A number that is not defined is
/// null; what is not finite is "Infinity" or "-Infinity", for JSON has no such numbers.
/// </summary>
internal static class EvaluationJson
{
    private const string Kind = "evaluation";
    private const int Version = 1;

    private static readonly JsonWriterOptions writing = new()
    {
        Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <param name="result">What was found.</param>
    /// <param name="view">What is shown of it: its numbers, which take a while, are computed once.</param>
    public static string Format(EvaluationResult result, EvaluationView view)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, writing))
        {
            json.WriteStartObject();
            json.WriteString("surprisal", Kind);
            json.WriteNumber("version", Version);
            WriteOptions(json, result);
            WriteNumbers(json, view);
            if (result.Temperature is { } fit)
            {
                json.WriteStartObject("temperature");
                json.WriteString("state", Lower(fit.State));
                Number(json, "temperature", fit.Temperature);
                Number(json, "loss", fit.Loss);
                Number(json, "lossBefore", fit.LossBefore);
                if (result.AfterTemperature is { } after) Number(json, "ece", after.Ece);
                json.WriteEndObject();
            }
            json.WritePropertyName("state");
            result.Classes?.Write(json);
            result.Labels?.Write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }

    /// <summary>An evaluation that was written before.</summary>
    /// <exception cref="InvalidDataException">No evaluation, or one of another version; the message names the file.</exception>
    public static EvaluationResult Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            using var document = JsonDocument.Parse(stream);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("surprisal", out var kind) || kind.GetString() != Kind)
                throw new InvalidDataException($"{path} is no evaluation; a file of 'surprisal evaluate --json' was expected.");
            if (root.GetProperty("version").GetInt32() is var version && version != Version)
                throw new InvalidDataException($"{path} is of version {version}; {Version} was expected.");
            var options = ReadOptions(root.GetProperty("options"));
            var names = root.GetProperty("classNames") is { ValueKind: JsonValueKind.Array } list
                ? list.EnumerateArray().Select(static name => name.GetString()!).ToList() : null;
            var state = root.GetProperty("state");
            var first = state.GetProperty("ranges").EnumerateArray()
                .Select(static row => long.Parse(row.ToString(), Invariant)).FirstOrDefault();
            return root.GetProperty("multiLabel").GetBoolean()
                ? new() { Options = options, ClassNames = names, FirstRow = first, Labels = MultiLabelMetrics.Read(state, options) }
                : new() { Options = options, ClassNames = names, FirstRow = first, Classes = ClassificationMetrics.Read(state, options) };
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is damaged, or no evaluation: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static void WriteOptions(Utf8JsonWriter json, EvaluationResult result)
    {
        var options = result.Options;
        json.WriteBoolean("multiLabel", result.Labels is not null);
        json.WriteStartObject("options");
        json.WriteNumber("classes", options.Classes);
        json.WriteString("scores", options.Scores.ToString());
        json.WriteString("ignoreIndex", $"{options.IgnoreIndex}");
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

    private static MetricOptions ReadOptions(JsonElement json) => new()
    {
        Classes = json.GetProperty("classes").GetInt32(),
        Scores = Enum.Parse<ScoreKind>(json.GetProperty("scores").GetString()!),
        IgnoreIndex = long.Parse(json.GetProperty("ignoreIndex").GetString()!, Invariant),
        TopK = json.TryGetProperty("topK", out var k) ? k.GetInt32() : null,
        Bins = json.GetProperty("bins").GetInt32(),
        Clip = json.GetProperty("clip").GetDouble(),
        LabelSmoothing = json.GetProperty("labelSmoothing").GetDouble(),
        Seed = long.Parse(json.GetProperty("seed").GetString()!, Invariant),
        Ranking = json.TryGetProperty("ranking", out var ranking) ? ranking.GetBoolean() : null,
        Strict = json.GetProperty("strict").GetBoolean(),
        Weight = json.TryGetProperty("weight", out var weight) ? [.. weight.EnumerateArray().Select(static w => w.GetDouble())] : null,
    };

    private static void WriteNumbers(Utf8JsonWriter json, EvaluationView view)
    {
        json.WriteStartObject("rows");
        foreach (var (what, count) in view.Rows) json.WriteNumber(Name(what), count);
        json.WriteEndObject();
        json.WriteStartObject("metrics");
        foreach (var number in view.Groups.Where(static group => group.Group != "temperature").SelectMany(static group => group.Numbers))
        {
            json.WriteStartObject(Name(number.Name));
            Number(json, "value", number.Value);
            if (!double.IsNaN(number.HalfWidth)) Number(json, "halfWidth", number.HalfWidth);
            if (!double.IsNaN(number.Error)) Number(json, "within", number.Error);
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
                    ("f1", c.F1),
                ("loss", c.Loss), ("auc", c.Auc), ("apLower", c.AveragePrecision.Lower), ("apUpper", c.AveragePrecision.Upper), ("ece",
                    c.Ece),
            })
                Number(json, name, value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("hardestRows");
        foreach (var row in view.HardestRows)
        {
            json.WriteStartObject();
            json.WriteNumber("row", row.Row);
            Number(json, "loss", row.Loss);
            json.WriteNumber("target", row.Target);
            json.WriteNumber("predicted", row.Predicted);
            Number(json, "confidence", row.Confidence);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsNaN(value)) json.WriteNull(name);
        else if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteString(name, value > 0 ? "Infinity" : "-Infinity");
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
