using System.Text.Json;
using System.Text.Json.Serialization;
using Surprisal.Cli.Language;
using Surprisal.Training;

namespace Surprisal.Cli.Models;

/// <summary>What model.safetensors says of itself beside its weights, in its metadata.</summary>
internal sealed record ModelCard
{
    private const string Kind = "surprisal", KindValue = "classifier 1", ArchitectureKey = "architecture", ClassNamesKey = "class_names",
        PreparationKey = "preparation", ImagesKey = "images", LossKey = "loss", MetricsKey = "metrics", DataKey = "data",
        TemperatureKey = "temperature", ColumnsKey = "columns", TaskKey = "task";

    public required Architecture Architecture { get; init; }

    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Whether the classes are called 0, 1, ..., as those of masks without names.</summary>
    public bool HasNumbersForNames => AreNumbers(ClassNames);

    public ModelTask Task { get; init; }

    /// <summary>How samples are made of what was read, in words.</summary>
    public string Preparation { get; init; } = "";

    /// <summary>The same for programs; null where the samples were no images.</summary>
    public ImageCard? Images { get; init; }

    /// <summary>What the columns of a table become; null where the samples were no rows of one.</summary>
    public IReadOnlyList<TableInput>? Columns { get; init; }

    public string Loss { get; init; } = "";

    /// <summary>What was measured, each with its name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>SHA-256 of data.json.</summary>
    public string Data { get; init; } = "";

    /// <summary>What logits are divided by before softmax, so that probabilities are true; 1 where that is not known.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>How a language model says all that in words of its own; null for classifiers.</summary>
    public Func<ModelCard, IReadOnlyDictionary<string, string>>? Language { get; init; }

    public IReadOnlyDictionary<string, string> ToMetadata()
    {
        if (Language is not null) return Language(this);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Kind] = KindValue,
            [ArchitectureKey] = JsonText.Serialize(Architecture, ModelJson.Default.Architecture),
            [ClassNamesKey] = JsonText.Serialize(ClassNames, ModelJson.Default.IReadOnlyListString),
            [TaskKey] = Word(Task),
            [PreparationKey] = Preparation,
            [LossKey] = Loss,
            [MetricsKey] = JsonText.Serialize(Metrics, ModelJson.Default.IReadOnlyDictionaryStringDouble),
            [DataKey] = Data,
            [TemperatureKey] = FormattableString.Invariant($"{Temperature:R}"),
        };
        if (Images is not null) metadata[ImagesKey] = JsonText.Serialize(Images, ModelJson.Default.ImageCard);
        if (Columns is not null) metadata[ColumnsKey] = JsonText.Serialize(Columns, ModelJson.Default.IReadOnlyListTableInput);
        return metadata;
    }

    public static bool AreNumbers(IReadOnlyList<string> classNames) =>
        classNames.Index().All(static named => named.Item == $"{named.Index}");

    private static string Word(ModelTask task) => $"{task}".ToLowerInvariant();

    private static ModelTask ReadTask(string path, string word)
    {
        foreach (var task in Enum.GetValues<ModelTask>())
            if (Word(task) == word) return task;
        throw new InvalidDataException($"{path}: its metadata say the task '{word}'; " +
            $"one of {string.Join(", ", Enum.GetValues<ModelTask>().Select(Word))} was expected.");
    }

    /// <summary>Whether the network has the outputs that the task and the names take.</summary>
    private bool HasOutputs => (Task == ModelTask.Pixels) == (Architecture.Name == Architecture.PerPixel)
        && (Task == ModelTask.Binary
            ? (Architecture.Classes, ClassNames.Count) is (1, 2) : Architecture.Classes == ClassNames.Count);

    /// <summary>Whether metadata are those of a model, and not of weights alone.</summary>
    public static bool IsIn(IReadOnlyDictionary<string, string> metadata) => metadata.ContainsKey(Kind);

    /// <summary>What the metadata of a file say.</summary>
    /// <exception cref="InvalidDataException">Not those of a model of this program, or of a newer one; the message names the
    /// file.</exception>
    public static ModelCard Read(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(Kind, out var kind))
            throw new InvalidDataException($"{path}: weights alone; it does not say of which network and classes. " +
                "'surprisal train' of this version writes files that do.");
        if (kind == LanguageFile.KindValue)
            throw new InvalidDataException($"{path}: a language model, which classifies nothing; 'surprisal generate' writes with it.");
        if (kind != KindValue)
            throw new InvalidDataException($"{path}: written as '{kind}', which this program does not know; it knows '{KindValue}'.");
        try
        {
            var card = new ModelCard
            {
                Architecture = JsonSerializer.Deserialize(Of(ArchitectureKey), ModelJson.Default.Architecture)!,
                ClassNames = JsonSerializer.Deserialize(Of(ClassNamesKey), ModelJson.Default.IReadOnlyListString)!,
                Task = ReadTask(path, metadata.GetValueOrDefault(TaskKey, "classes")),
                Preparation = metadata.GetValueOrDefault(PreparationKey, ""),
                Images = metadata.TryGetValue(ImagesKey, out var images)
                    ? JsonSerializer.Deserialize(images, ModelJson.Default.ImageCard) : null,
                Columns = metadata.TryGetValue(ColumnsKey, out var columns)
                    ? JsonSerializer.Deserialize(columns, ModelJson.Default.IReadOnlyListTableInput) : null,
                Loss = metadata.GetValueOrDefault(LossKey, ""),
                Metrics = JsonSerializer.Deserialize(Of(MetricsKey), ModelJson.Default.IReadOnlyDictionaryStringDouble)!,
                Data = metadata.GetValueOrDefault(DataKey, ""),
                Temperature = Numeral.TryNumber(Of(TemperatureKey), out var temperature) ? temperature : 1,
            };
            if (!card.Architecture.IsPossible || !card.HasOutputs || !(card.Temperature > 0))
                throw new InvalidDataException($"{path}: its metadata say {card.Architecture}, with " +
                    $"{Counted.Of(card.ClassNames.Count, "name")} of classes.");
            var inputs = card.Columns?.Sum(static column => column.Texts?.Count ?? 1);
            if (inputs is not null && (card.Architecture.Input is not [var expected] || inputs != expected))
                throw new InvalidDataException($"{path}: its metadata say {card.Architecture}, " +
                    $"with columns for {Counted.Of(inputs.Value, "input")}.");
            return card;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: its metadata are damaged: {error.Message}", error);
        }

        string Of(string key) => metadata.GetValueOrDefault(key) ?? throw new InvalidDataException($"{path}: its metadata lack {key}.");
    }
}

/// <summary>How an image becomes a sample: resized to a square, grey or not, then (byte / 255 - mean) / deviation a channel.</summary>
internal sealed record ImageCard(int Size, bool Grey, IReadOnlyList<double> Mean, IReadOnlyList<double> Deviation);

/// <summary>JSON for what model files say, made at compile time so that trimming keeps it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Architecture))]
[JsonSerializable(typeof(ImageCard))]
[JsonSerializable(typeof(IReadOnlyList<TableInput>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, double>))]
internal sealed partial class ModelJson : JsonSerializerContext;
