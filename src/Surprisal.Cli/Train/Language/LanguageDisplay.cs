using System.Diagnostics;
using System.Globalization;
using Surprisal.Metrics;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Cli.Language;

/// <summary>What the training of a language model shows; at its end a text of its own.</summary>
internal sealed class LanguageDisplay(TrainOptions options, LanguageData data, Trainer trainer, TrainVoice voice)
    : RunDisplay(options, data.Batches.Train, trainer, voice)
{
    private const int SampleTokens = 80;

    private static readonly TokenSampler sampler = new(Temperature: 0.8, TopK: 40);

    private readonly TrainOptions options = options;
    private readonly Trainer trainer = trainer;

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    private double TokensPerSecond => Speed * options.Text!.Context;

    protected override IEnumerable<string> Introduction()
    {
        var parameters = trainer.Model.Parameters().Sum(static parameter => (long)parameter.Length);
        var language = options.Text!;
        yield return string.Create(Invariant, $"{options.Source}: {data.TrainTokens} tokens to train, {data.Tokens} to validate, " +
            $"{data.Table.Count} different ({data.Table.Kind}); gpt of {language.Layers} blocks, width {language.Width}, context " +
            $"{language.Context}, with {parameters} parameters, adamw at {options.LearningRate}, seed {options.Seed}");
        yield return string.Create(Invariant, $"by how often tokens occur alone, the perplexity is {data.Unigram:F1}");
    }

    protected override string EpochLine(EpochReport report, Screen screen) => screen.FirstThatFits(
        string.Create(Invariant, $"epoch {report.Epoch,3}/{options.Epochs}  loss {report.TrainLoss:F4}  validation loss " +
            $"{report.Validation.Loss:F4}  perplexity {report.Validation.Perplexity,8:F1}  {TokensPerSecond,7:F0} tokens/s  " +
            $"{Seconds,6:F1} s"),
        string.Create(Invariant, $"{report.Epoch}/{options.Epochs}  perplexity {report.Validation.Perplexity:F1}"));

    protected override string BarLine(TrainingPosition position, double share, TimeSpan left, Screen screen) =>
        (screen with { Columns = screen.Columns - 1 }).FirstThatFits(
            string.Create(Invariant,
                $"epoch {position.Epoch + 1}/{options.Epochs}  {100 * share,3:F0} %  loss {position.Loss:F4}  perplexity " +
                $"{Math.Exp(position.Loss),8:F1}  {TokensPerSecond,7:F0} tokens/s"),
            string.Create(Invariant, $"{100 * share,3:F0} %  loss {position.Loss:F4}"),
            string.Create(Invariant, $"{100 * share:F0} %"));

    protected override IEnumerable<string> Results(EvaluationReport tested, Screen screen)
    {
        var text = string.Concat(Generation.Text((Gpt)trainer.Model.Eval(), data.Table, [], SampleTokens, sampler, options.Seed));
        return text.ReplaceLineEndings("\n").Split('\n').SelectMany(line => screen.Wrap(TerminalText.Escape(line)));
    }

    protected override string Conclusion(EvaluationReport tested)
    {
        var bits = TokenMetrics.BitsPerByte(tested.Loss * data.Tokens, data.Bytes);
        return string.Create(Invariant, $"validation perplexity {tested.Perplexity:F1} ({data.Unigram:F1} by frequency alone), " +
            $"{bits:F3} bits a byte, by the weights of epoch {trainer.Best?.Epoch}, the best, in {Seconds:F1} s, " +
            $"{TokensPerSecond:F0} tokens/s, at most {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB");
    }

    // Only of the text that comes along it is known which words it has.
    protected override string Advice(RunFolder folder) =>
        $"to write more: surprisal generate {folder.Location}{(options.Text!.File is null ? " --prompt \"Call me\"" : "")}";
}
