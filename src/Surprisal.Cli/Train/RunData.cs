using System.Text.Json;
using System.Text.Json.Serialization;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>What one part of the data was when the run began.</summary>
internal sealed record DataPart(
    IReadOnlyList<string> Classes,
    IReadOnlyList<int> SampleShape,
    string Preparation,
    IReadOnlyList<DataSource> Sources)
{
    public static DataPart From(Dataset data) => new(data.ClassNames, data.SampleShape.ToArray(), data.Preparation, data.Sources());

    /// <summary>What has become different, a line each.</summary>
    public IEnumerable<string> Differences(DataPart present)
    {
        for (var i = 0; i < Math.Max(Classes.Count, present.Classes.Count); i++)
            if (Classes.ElementAtOrDefault(i) != present.Classes.ElementAtOrDefault(i))
                yield return $"class {i} was {Name(Classes.ElementAtOrDefault(i))} and is {Name(present.Classes.ElementAtOrDefault(i))}";
        if (!SampleShape.SequenceEqual(present.SampleShape))
            yield return $"samples were [{string.Join(", ", SampleShape)}] and are [{string.Join(", ", present.SampleShape)}]";
        if (Preparation != present.Preparation) yield return $"the preparation was \"{Preparation}\" and is \"{present.Preparation}\"";
        var (before, now) = (ByName(Sources), ByName(present.Sources));
        foreach (var (name, source) in before)
            if (!now.TryGetValue(name, out var same)) yield return $"{name} is gone";
            else if (same != source) yield return $"{name} has other contents";
        foreach (var name in now.Keys)
            if (!before.ContainsKey(name)) yield return $"{name} is new";
    }

    private static Dictionary<string, DataSource> ByName(IEnumerable<DataSource> sources) =>
        sources.DistinctBy(static source => source.Name, StringComparer.Ordinal)
            .ToDictionary(static source => source.Name, StringComparer.Ordinal);

    private static string Name(string? name) => name is null ? "none" : $"\"{name}\"";
}

/// <summary>data.json: what a run learns from and is tested with, so that it does not go on with something else.</summary>
internal sealed record RunData(DataPart Train, DataPart Test, DataPart? Validation = null)
{
    private const int MaxListed = 5;

    /// <summary>What is kept; null where the file is missing or damaged: the checkpoint has a fingerprint of its own.</summary>
    public static RunData? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), RunDataJson.Default.RunData);
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return null;
        }
    }

    public string ToJson() => JsonText.Serialize(this, RunDataJson.Default.RunData);

    /// <summary>The first few differences in one line; null where there is none.</summary>
    public string? Differences(RunData present)
    {
        List<string> all = [.. Train.Differences(present.Train).Select(static line => $"to train: {line}"),
            .. Test.Differences(present.Test).Select(static line => $"to test: {line}"),
            .. Validation is { } before && present.Validation is { } now
                ? before.Differences(now).Select(static line => $"to validate: {line}") : [],
            .. (Validation is null) != (present.Validation is null)
                ? ["a part to validate with is there in one of them alone"] : Array.Empty<string>()];
        return all.Count == 0
            ? null
            : string.Join("; ", all.Take(MaxListed)) + (all.Count > MaxListed ? $"; and {all.Count - MaxListed} more" : "");
    }
}

/// <summary>JSON for the data, made at compile time so that trimming keeps it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunData))]
internal sealed partial class RunDataJson : JsonSerializerContext;
