using System.Text.Json;
using System.Text.Json.Serialization;

namespace Surprisal.Cli;

/// <summary>Everything that decides the outcome of a training run; kept beside its results.</summary>
internal sealed record TrainOptions
{
    /// <summary>A folder of IDX files; null for the other sources.</summary>
    public string? Data { get; init; }

    /// <summary>A folder with one sub-folder of images a class; null for the other sources.</summary>
    public string? Images { get; init; }

    public int Size { get; init; } = 28;

    public bool Grey { get; init; }

    public required int Epochs { get; init; }

    public int BatchSize { get; init; } = 32;

    public double LearningRate { get; init; } = 0.006;

    public string Optimizer { get; init; } = "adam";

    public string Schedule { get; init; } = "cosine";

    public string Model { get; init; } = "lenet";

    public long Seed { get; init; }

    /// <summary>The name of the data for people: digits, or the folder's.</summary>
    [JsonIgnore]
    public string Source => Path.GetFileName((Data ?? Images)?.TrimEnd(Path.DirectorySeparatorChar)) is { Length: > 0 } name ? name : "digits";

    public string ToJson() => JsonSerializer.Serialize(this, OptionsJson.Default.TrainOptions);

    /// <exception cref="InvalidDataException">Missing or damaged; the message names the file.</exception>
    public static TrainOptions Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidDataException($"{path}: no such file; --resume needs the folder of a run, as 'surprisal train' names it at its end.");
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), OptionsJson.Default.TrainOptions) ?? throw new InvalidDataException($"{path}: holds no options.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: not the options of a run: {error.Message}", error);
        }
    }
}

/// <summary>JSON for the options, made at compile time so that trimming keeps it.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TrainOptions))]
internal sealed partial class OptionsJson : JsonSerializerContext;
