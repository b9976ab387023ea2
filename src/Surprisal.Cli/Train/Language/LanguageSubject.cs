using System.Security.Cryptography;
using System.Text;
using Surprisal.Cli.Models;
using Surprisal.Cli.Report;
using Surprisal.Training;

namespace Surprisal.Cli.Language;

/// <summary>A language model on a text.</summary>
internal sealed class LanguageSubject : TrainSubject
{
    /// <summary>What the network is called.</summary>
    public const string Model = "gpt";

    private LanguageFile? source;

    public required LanguageData Text { get; init; }

    public override string Network => $"{Model} of {Options.Text!.Context} tokens to {Text.Table.Count} classes";

    public static LanguageSubject Read(TrainOptions options)
    {
        var source = Source(options);
        if (source is not null) options = options with { Text = source.Fit(options.Text!) };
        var random = new Seed(options.Seed);
        var text = LanguageData.Load(options, source?.Table, random);
        return new()
        {
            Options = options, Data = text.Batches, Text = text, Trainer = LanguageSetup.Build(options, text, random), source = source,
        };
    }

    public override void TakeStartingWeights()
    {
        if (source is not null) Trainer.Model.LoadStateDictionary(source.Model.StateDictionary());
        source = null; // its weights take as much memory again
    }

    public override RunDisplay Display(TrainVoice voice) => new LanguageDisplay(Options, Text, Trainer, voice);

    public override ModelCard Card() => new()
    {
        Task = ModelTask.Text, Architecture = new(Model, [Options.Text!.Context], Text.Table.Count), ClassNames = [],
        Loss = $"{Trainer.Loss}", Data = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Data.Kept.ToJson()))),
        Language = card => LanguageFile.Metadata(card, Options.Text!, Text.Table),
    };

    public override TrainReport Describe(TrainReport report, EvaluationReport? last) =>
        report with { SampleShape = $"{Options.Text!.Context} tokens ({Text.Table.Kind})" };

    /// <summary>What it begins with; null for weights from the seed.</summary>
    private static LanguageFile? Source(TrainOptions options) => options.From is not { } path ? null
        : LanguageFile.Read(path, options.Text!.Tokens == TokenTable.Characters
            ? TokenTable.OfCharacters(Utf8Text.Read(options.Text.File)) : null);
}
