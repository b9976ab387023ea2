using System.Text.Json;
using Surprisal.Cli.Rows;
using Surprisal.Metrics;

namespace Surprisal.Cli.Evaluate;

internal static partial class EvaluationJson
{
    /// <summary>Where the state of labels, which is a list, has the ranges of its rows.</summary>
    private const int LabelRanges = 3;

    /// <summary>An evaluation that was written before.</summary>
    /// <exception cref="InvalidDataException">No evaluation, or one of another version; the message names the file.</exception>
    public static EvaluationResult Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file; one of 'surprisal evaluate --json' was expected.", path);
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
            var areLabels = root.GetProperty("multiLabel").GetBoolean();
            var ranges = (areLabels ? state.GetProperty("state")[LabelRanges] : state.GetProperty("ranges")).EnumerateArray()
                .Select(static row => long.Parse(row.ToString(), Invariant)).ToList();
            var result = new EvaluationResult { Options = options, ClassNames = names, FirstRow = ranges.FirstOrDefault(),
                HasRows = ranges.Count > 0, Shard = ReadShard(root.GetProperty("options")),
                ArePixels = root.TryGetProperty("pixels", out var pixels) && pixels.GetBoolean() };
            if (areLabels) return result with { Labels = MultiLabelMetrics.Read(state, options) };
            return result with
            {
                Classes = ClassificationMetrics.Read(state, options),
                TemperatureSums = root.TryGetProperty("temperature", out var temperature)
                    ? TemperatureSums.Read(temperature.GetProperty("sums"), options.IgnoreIndex) : null,
                RowsFiles = root.TryGetProperty("rowsFiles", out var files)
                    ? [.. files.EnumerateArray().Select(file => ReadRowsFile(file, path))] : [],
            };
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException
                or OverflowException or IndexOutOfRangeException)
        {
            // What a reader of JSON says of its own calls tells nobody what is wrong with the file.
            throw new InvalidDataException($"{path} is damaged, or no evaluation; a file of 'surprisal evaluate --json' was expected.",
                error);
        }
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

    /// <summary>Files of versions before this one do not say it.</summary>
    private static (int Part, int Parts) ReadShard(JsonElement json) => !json.TryGetProperty("shard", out var shard) ? (1, 1)
        : EvaluateCommand.ReadShard(shard.GetString()!).Value ?? throw new FormatException($"{shard} is no part.");

    private static RowsFile ReadRowsFile(JsonElement json, string path) => new(
        Path.Combine(Path.GetDirectoryName(path) ?? "", json.GetProperty("name").GetString()!),
        long.Parse(json.GetProperty("firstRow").GetString()!, Invariant), long.Parse(json.GetProperty("rows").GetString()!, Invariant),
        json.GetProperty("digest").GetString()!);
}
