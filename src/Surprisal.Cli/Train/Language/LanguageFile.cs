using System.Text.Json;
using System.Text.Json.Serialization;
using Surprisal.Cli.Models;
using Surprisal.Modules;

namespace Surprisal.Cli.Language;

/// <summary>A language model with its tokens: model.safetensors of a run, or GPT-2's weights as Hugging Face lays them out.</summary>
internal sealed record LanguageFile(Gpt Model, TokenTable Table)
{
    /// <summary>What the metadata of a language model begin with.</summary>
    public const string KindValue = "language model 1";

    private const string Kind = "surprisal", Sizes = "architecture", Tokens = "tokens", TokenIds = "token_ids", Loss = "loss",
        Metrics = "metrics", Data = "data";

    /// <summary>The options with the size of this model.</summary>
    public LanguageOptions Fit(LanguageOptions options) => options with
    {
        Tokens = Table.Kind, FullVocabulary = Table.Kind == TokenTable.Gpt2 && Table.Count == Gpt2Tokens.Count, Context = Model.Context,
        Width = Model.EmbedDim, Layers = Model.Layers, Heads = Model.Heads, Epsilon = Model.Epsilon,
    };

    public static IReadOnlyDictionary<string, string> Metadata(ModelCard card, LanguageOptions options, TokenTable table) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Kind] = KindValue,
            [Sizes] = JsonSerializer.Serialize(options with { File = null }, LanguageJson.Default.LanguageOptions),
            [Tokens] = table.Kind,
            [TokenIds] = JsonSerializer.Serialize(table.Ids, LanguageJson.Default.IReadOnlyListInt32),
            [Loss] = card.Loss,
            [Metrics] = JsonSerializer.Serialize(card.Metrics, LanguageJson.Default.IReadOnlyDictionaryStringDouble),
            [Data] = card.Data,
        };

    /// <summary>The model of a run's folder, or of a file.</summary>
    /// <param name="path">The folder or the file.</param>
    /// <param name="foreign">The tokens of weights that do not say theirs; null for GPT-2's.</param>
    /// <exception cref="InvalidDataException">No language model, or a damaged one; the message names the file.</exception>
    /// <exception cref="IOException">There is no such file or folder.</exception>
    public static LanguageFile Read(string path, TokenTable? foreign = null)
    {
        path = ModelPlace.Find(path, "a safetensors file");
        using var file = SafetensorsFile.Open(path);
        var metadata = file.Metadata;
        if (!metadata.TryGetValue(Kind, out var kind)) return OfGpt2(path, foreign);
        if (kind != KindValue)
            throw new InvalidDataException($"{path}: written as '{kind}', which writes no text; '{KindValue}' was expected.");
        try
        {
            var options = JsonSerializer.Deserialize(Of(Sizes), LanguageJson.Default.LanguageOptions)!;
            if (options.Complaint() is { } complaint) throw new InvalidDataException($"{path}: its metadata are damaged: {complaint}.");
            var table = new TokenTable(Of(Tokens), JsonSerializer.Deserialize(Of(TokenIds), LanguageJson.Default.IReadOnlyListInt32)!);
            table.Check(path);
            var model = new Gpt(table.Count, options.Context, new Seed(0), options.Width, options.Layers, options.Heads, 0,
                options.Epsilon);
            return new((Gpt)model.Load(path).Eval(), table);
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: its metadata are damaged: {Commands.Plain(error.Message)}", error);
        }

        string Of(string key) => metadata.GetValueOrDefault(key) ?? throw new InvalidDataException($"{path}: its metadata lack {key}.");
    }

    private static LanguageFile OfGpt2(string path, TokenTable? foreign)
    {
        var (model, table) = (Gpt2File.Read(path), foreign ?? TokenTable.OfGpt2());
        if (!File.Exists(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "config.json")))
            TrainDisplay.Notes([$"{path}: no config.json beside it; {model.Heads} heads, the width / 64, are taken"]);
        return model.Vocabulary == table.Count ? new((Gpt)model.Eval(), table)
            : throw new InvalidDataException($"{path}: the weights are of {model.Vocabulary} tokens, but there are {table.Count} " +
                $"{(table.Kind == TokenTable.Gpt2 ? "of GPT-2" : "characters in the text")}.");
    }
}

/// <summary>JSON for what language models say of themselves, made at compile time so that trimming keeps it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(LanguageOptions))]
[JsonSerializable(typeof(IReadOnlyList<int>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, double>))]
internal sealed partial class LanguageJson : JsonSerializerContext;
