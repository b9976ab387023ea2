using Surprisal.Metrics;
using Surprisal.Training;

namespace Surprisal.Cli.Language;

/// <summary>A text in two parts as batches of tokens; the last part chooses the best epoch, and is what is reported.</summary>
/// <param name="Table">What the classes are.</param>
/// <param name="Batches">Those to train on, and those to validate with as the part to test.</param>
internal sealed record LanguageData(TokenTable Table, TrainData Batches)
{
    /// <summary>The perplexity of the part to validate with where each token is as likely as in the part to train on, counts and
    /// 1.</summary>
    public required double Unigram { get; init; }

    /// <summary>The bytes of the tokens that are scored.</summary>
    public required long Bytes { get; init; }

    /// <summary>How many tokens are scored.</summary>
    public required long Tokens { get; init; }

    /// <summary>How many tokens there are to train on.</summary>
    public required long TrainTokens { get; init; }

    /// <summary>Reads and cuts; the seed's next number decides the order of the windows.</summary>
    /// <param name="options">What to read.</param>
    /// <param name="given">The classes of a model to begin with; null for those of the text.</param>
    /// <param name="random">The seed.</param>
    /// <exception cref="InvalidDataException">A text that is empty, no UTF-8, or too short for one window or batch.</exception>
    public static LanguageData Load(TrainOptions options, TokenTable? given, Seed random)
    {
        var (language, name) = (options.Text!, options.Text!.File ?? MobyDick.Name);
        var text = Utf8Text.Read(language.File);
        var (first, last) = Utf8Text.Split(text, options.TestShare);
        var table = given ?? (language.Tokens == TokenTable.Characters ? TokenTable.OfCharacters(text)
            : language.FullVocabulary ? TokenTable.OfGpt2() : TokenTable.OfGpt2(first, last)); // a cut word has tokens of its own
        var (train, validation) = (table.Encode(first, $"{name}, to train"), table.Encode(last, $"{name}, to validate"));
        Check(name, "to train", train.Length, language.Context);
        Check(name, "to validate", validation.Length, language.Context);
        var names = table.Names;
        var windows = new TokenWindows(train, language.Context, names);
        if (windows.Count < options.BatchSize)
            throw new InvalidDataException($"{name}: the part to train on makes {windows.Count} windows of {language.Context} tokens, " +
                $"too few for one batch of {options.BatchSize}; a smaller --batch-size or --context takes fewer.");
        var scored = new TokenWindows(validation, language.Context, names, stride: language.Context);
        return new LanguageData(table, new TrainData(
            new DataLoader(windows, options.BatchSize, random), null, new DataLoader(scored, options.BatchSize), null))
        {
            Unigram = UnigramPerplexity(train, validation, table.Count), Bytes = table.ByteCount(validation.Skip(1)),
            Tokens = validation.Length - 1, TrainTokens = train.Length,
        };
    }

    private static void Check(string name, string part, int tokens, int context)
    {
        if (tokens <= context)
            throw new InvalidDataException($"{name}: the part {part} has {tokens} tokens, but a window of {context} needs {context + 1}; " +
                "a longer text, or a smaller --context.");
    }

    /// <summary>Of the targets, each but the first token.</summary>
    private static double UnigramPerplexity(long[] train, long[] validation, int classes)
    {
        var counts = new long[classes];
        foreach (var token in train) counts[token]++;
        var loss = validation.Skip(1).Sum(token => -Math.Log((counts[token] + 1.0) / (train.Length + classes)));
        return TokenMetrics.Perplexity(loss, validation.Length - 1);
    }
}
