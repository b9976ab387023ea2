using System.Text.Json.Serialization;

namespace Surprisal.Cli.Language;

/// <summary>What a language model learns from, and its size.</summary>
internal sealed record LanguageOptions
{
    /// <summary>A text in UTF-8; null for the one that comes with the program.</summary>
    public string? File { get; init; }

    /// <summary>One of <see cref="TokenTable.Kinds"/>.</summary>
    public string Tokens { get; init; } = TokenTable.Gpt2;

    /// <summary>Whether tokens that the text does not have are classes too.</summary>
    public bool FullVocabulary { get; init; }

    public int Context { get; init; } = 128;

    public int Width { get; init; } = 64;

    public int Layers { get; init; } = 2;

    public int Heads { get; init; } = 4;

    public double Dropout { get; init; }

    public double Epsilon { get; init; } = 1e-5;

    [JsonIgnore]
    public string Source => File is null ? MobyDick.Name : Path.GetFileNameWithoutExtension(File);

    /// <summary>What cannot be, in one line; null where all can.</summary>
    public string? Complaint() => !TokenTable.Kinds.Contains(Tokens) ? $"tokens is {Tokens}; one of {string.Join(", ", TokenTable.Kinds)}"
        : Context < 1 || Width < 1 || Layers < 1 || Heads < 1 ? "context, width, layers and heads are whole numbers from 1"
        : Width % Heads != 0 ? $"width is {Width}, which {Heads} heads do not divide"
        : Dropout is < 0 or >= 1 ? $"dropout is {Dropout}; a number from 0 to below 1"
        : FullVocabulary && Tokens != TokenTable.Gpt2 ? $"fullVocabulary goes with the tokens {TokenTable.Gpt2}" : null;
}
