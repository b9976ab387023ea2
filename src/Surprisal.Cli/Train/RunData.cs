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

    /// <summary>What a model of this part could not do with the other, a line each.</summary>
    public IEnumerable<string> Differences(DataPart present)
    {
        for (var i = 0; i < Math.Max(Classes.Count, present.Classes.Count); i++)
            if (Classes.ElementAtOrDefault(i) != present.Classes.ElementAtOrDefault(i))
                yield return $"class {i} was {Name(Classes.ElementAtOrDefault(i))} and is {Name(present.Classes.ElementAtOrDefault(i))}";
        if (!SampleShape.SequenceEqual(present.SampleShape))
            yield return $"samples were [{string.Join(", ", SampleShape)}] and are [{string.Join(", ", present.SampleShape)}]";
    }

    private static string Name(string? name) => name is null ? "none" : $"\"{name}\"";
}

/// <summary>data.json: what a run learns from and is tested with, so that it does not go on with something else.</summary>
internal sealed record RunData(DataPart Train, DataPart Test, DataPart? Validation = null)
{
    private const int MaxListed = 5;

    /// <summary>Sources that are no files, but what becomes of them: which rows a part has, and what is right for each.</summary>
    private static readonly string[] made = ["indices", "targets"];

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

    private IEnumerable<(string Name, DataPart Part)> Parts =>
        [("to train", Train), ("to test", Test), .. Validation is { } part ? [("to validate", part)] : Array.Empty<(string, DataPart)>()];

    /// <summary>The first few differences in one line; null where there is none.</summary>
    public string? Differences(RunData present)
    {
        List<string> all = [.. Causes(present).Distinct(StringComparer.Ordinal)];
        if (all.Count == 0) all = Effects(present);
        if (all.Count == 0)
            all = [.. Parts.Zip(present.Parts).Where(static pair => pair.First.Part.Preparation != pair.Second.Part.Preparation).Take(1)
                .Select(static pair => $"the preparation was \"{pair.First.Part.Preparation}\" and is \"{pair.Second.Part.Preparation}\"")];
        return all.Count == 0
            ? null
            : string.Join("; ", all.Take(MaxListed)) + (all.Count > MaxListed ? $"; and {all.Count - MaxListed} more" : "");
    }

    /// <summary>Other classes, samples and files, in whatever part.</summary>
    private IEnumerable<string> Causes(RunData present)
    {
        foreach (var (name, part) in Parts)
            if (present.Parts.FirstOrDefault(other => other.Name == name).Part is { } now)
                foreach (var line in part.Differences(now)) yield return line;
        var (sources, others) = (Files(), present.Files());
        var (names, otherNames) = (sources.Select(static source => source.Name).ToHashSet(StringComparer.Ordinal),
            others.Select(static source => source.Name).ToHashSet(StringComparer.Ordinal));
        foreach (var source in sources.Except(others))
            yield return otherNames.Contains(source.Name) ? $"{source.Name} has other contents" : $"{source.Name} is gone";
        foreach (var source in others)
            if (!names.Contains(source.Name)) yield return $"{source.Name} is new";
    }

    /// <summary>What follows from other files, and is told where they are the same: another split.</summary>
    private List<string> Effects(RunData present)
    {
        var (others, moved) = (new List<string>(), new List<string>());
        if ((Validation is null) != (present.Validation is null)) others.Add("a part to validate with is there in one of them alone");
        var (before, now) = (Places(), present.Places());
        foreach (var source in before.Keys.Union(now.Keys))
            if ((before.GetValueOrDefault(source), now.GetValueOrDefault(source)) is var (was, has) && was != has)
            {
                if (was is not null && has is not null) moved.Add($"{source.Name} was {was} and is {has}");
                else others.Add($"the {source.Name} {was ?? has} are others");
            }
        return [.. others.Distinct(StringComparer.Ordinal), .. moved];
    }

    /// <summary>The parts that each source is in, in words.</summary>
    private Dictionary<DataSource, string> Places()
    {
        var places = new Dictionary<DataSource, string>();
        foreach (var (name, part) in Parts)
            foreach (var source in part.Sources.Distinct())
                places[source] = places.TryGetValue(source, out var others) ? $"{others} and {name}" : name;
        return places;
    }

    /// <summary>What is read, whichever part it is in; which rows of it a part has is no file.</summary>
    private List<DataSource> Files() =>
        [.. Parts.SelectMany(static part => part.Part.Sources).Where(static source => !made.Contains(source.Name)).Distinct()];
}

/// <summary>JSON for the data, made at compile time so that trimming keeps it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunData))]
internal sealed partial class RunDataJson : JsonSerializerContext;
