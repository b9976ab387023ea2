using System.CommandLine;
using System.CommandLine.Parsing;
using Surprisal.Cli.Inputs;
using static Surprisal.Cli.CheckedOption;

namespace Surprisal.Cli.Language;

/// <summary>The options of <c>surprisal train</c> for texts.</summary>
internal sealed class LanguageArguments
{
    private const string Name = "--text";

    public const int DefaultEpochs = 3;

    private const int DefaultBatch = 8;

    private const double DefaultRate = 0.004, DefaultWarmUp = 0.1, DefaultShare = 0.1;

    /// <summary>What goes with samples that have one class each.</summary>
    private static readonly string[] notHere = ["--data", "--images", "--csv", "--labels", "--masks", "--model", "--optimizer", "--sampler",
        "--class-weights", "--batch-norm", "--validation-share", "--folds", "--flip", "--shift", "--rotate", "--colour", "--mixup",
        "--cutmix"];

    private static readonly string[] schedules = ["cosine", "constant"];

    private readonly Option<string?> text = new(Name)
    {
        HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne,
        Description = "Learn to write as a text in UTF-8 does: a small GPT, token by token; without FILE chapters 1 to 80 of Moby-Dick",
    };

    private readonly Option<string?> tokens = Choice("--tokens", "What --text is cut into [default: gpt2]", TokenTable.Kinds);

    private readonly Option<bool> full = Flag("--full-vocabulary",
        "Take all of GPT-2's 50257 tokens as classes, not only those that --text has");

    private readonly Option<int?> context = Positive("--context", "Tokens that a prediction of --text can see [default: 128]"),
        width = Positive("--width", "Numbers of a position in the GPT of --text [default: 64]"),
        layers = Positive("--layers", "Blocks of that GPT [default: 2]"), heads = Positive("--heads", "Heads of each block [default: 4]");

    private readonly Option<double?> dropout = Number("--dropout", "How often its numbers are dropped while it learns [default: 0]", 0,
        below: 1);

    public IReadOnlyList<Option> All => [text, .. Fixed];

    /// <summary>Those that cannot change when a run goes on.</summary>
    public IReadOnlyList<Option> Fixed => [tokens, full, context, width, layers, heads, dropout];

    public bool IsGiven(ParseResult parsed) => parsed.GetResult(text) is not null;

    /// <summary>What cannot be, a line each.</summary>
    public IEnumerable<string> Complaints(CommandResult result)
    {
        if (result.Has("--resume")) yield break;
        if (!result.Has(text))
        {
            foreach (var option in Fixed.Where(result.Has)) yield return $"{option.Name} goes with {Name}.";
            if (result.Word("--loss") is (TrainLoss.Linear or TrainLoss.Dense) and var own) yield return $"--loss {own} goes with {Name}.";
            yield break;
        }
        foreach (var other in notHere.Where(result.Has)) yield return $"{Name} and {other} exclude each other.";
        if (result.Word("--loss") is { } loss and not (TrainLoss.Default or TrainLoss.Dense or TrainLoss.Linear))
            yield return $"--loss {loss} is not for {Name}; it is {TrainLoss.Default} ({TrainLoss.Dense}), or {TrainLoss.Linear}, which " +
                "holds no logits.";
        if (result.Word("--schedule") is { } schedule && TrainOptions.Schedules.Contains(schedule) && !schedules.Contains(schedule))
            yield return $"--schedule {schedule} is not for {Name}; it is one of {string.Join(", ", schedules)}.";
        if (result.Has(full) && result.Word("--tokens") == TokenTable.Characters)
            yield return "--full-vocabulary goes with --tokens gpt2.";
        var plain = new LanguageOptions();
        if (!result.Has("--from") && Size(width, plain.Width) % Math.Max(1, Size(heads, plain.Heads)) != 0)
            yield return $"--width is {Size(width, plain.Width)}, which {Size(heads, plain.Heads)} heads do not divide.";
        if (result.Has("--from"))
            foreach (var size in new Option[] { width, layers, heads, context, full }.Where(result.Has))
                yield return $"{size.Name} is that of the weights which --from names.";

        // a word that is no number has a complaint of its own
        int Size(Option option, int otherwise) => int.TryParse(result.Word(option.Name), out var size) ? size : otherwise;
    }

    /// <summary>The options with what was given.</summary>
    public TrainOptions Apply(ParseResult parsed, TrainOptions options)
    {
        if (!IsGiven(parsed)) return options;
        var plain = new LanguageOptions();
        return options with
        {
            Text = plain with
            {
                File = parsed.GetValue(text) is { } file ? Path.GetFullPath(file) : null, Tokens = parsed.GetValue(tokens) ?? plain.Tokens,
                FullVocabulary = parsed.GetValue(full), Context = parsed.GetValue(context) ?? plain.Context,
                Width = parsed.GetValue(width) ?? plain.Width, Layers = parsed.GetValue(layers) ?? plain.Layers,
                Heads = parsed.GetValue(heads) ?? plain.Heads, Dropout = parsed.GetValue(dropout) ?? plain.Dropout,
            },
            Model = LanguageSubject.Model, Optimizer = "adamw", LearningRate = DefaultRate, BatchSize = DefaultBatch,
            Epochs = DefaultEpochs, WarmUp = DefaultWarmUp, TestShare = DefaultShare, ValidationShare = 0,
        };
    }

    /// <summary>The options of a run that goes on, with where its text is now.</summary>
    public TrainOptions Moved(ParseResult parsed, TrainOptions options) => parsed.GetValue(text) is not { } now ? options
        : options with { Text = options.Text! with { File = SourceArguments.Moved(options.Text?.File, now, Name) } };
}
