using System.Diagnostics;
using System.Globalization;
using Surprisal.Metrics;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Cli.Language;

/// <summary>What the training of a language model shows: a line an epoch, a bar on a terminal, and text of its own at the end.</summary>
internal sealed class LanguageDisplay(TrainOptions options, LanguageData data, Trainer trainer, TrainVoice voice)
    : IProgress<TrainingPosition>
{
    private const int SampleTokens = 80;

    private static readonly TimeSpan redraw = TimeSpan.FromMilliseconds(100);

    private static readonly TokenSampler sampler = new(Temperature: 0.8, TopK: 40);

    private readonly DataLoader train = data.Batches.Train;
    private readonly LiveLine bar = new(Console.Out);
    private readonly Stopwatch clock = new(), learning = new();
    private TimeSpan drawn = -redraw;
    private double before;

    private bool IsLive => voice == TrainVoice.Text && Screen.Here.IsLive;

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    /// <summary>Tokens that were learned a second, without validation.</summary>
    private double Speed => (Tokens(trainer.Position) - before) / Math.Max(1e-3, learning.Elapsed.TotalSeconds);

    public void Run(Action<IProgress<TrainingPosition>?> training)
    {
        var parameters = trainer.Model.Parameters().Sum(static parameter => (long)parameter.Length);
        var language = options.Text!;
        Say(string.Create(Invariant, $"{options.Source}: {data.TrainTokens} tokens to train, {data.Tokens} to validate, " +
            $"{data.Table.Count} different ({data.Table.Kind}); gpt of {language.Layers} blocks, width {language.Width}, context " +
            $"{language.Context}, with {parameters} parameters, adamw at {options.LearningRate}, seed {options.Seed}"));
        Say(string.Create(Invariant, $"by how often tokens occur alone, the perplexity is {data.Unigram:F1}"));
        if (trainer.Position is { Epoch: > 0 } or { Batch: > 0 })
            Say($"resumed after epoch {trainer.Position.Epoch}, batch {trainer.Position.Batch}");
        before = Tokens(trainer.Position);
        clock.Start();
        learning.Start();
        try
        {
            training(IsLive ? this : null);
        }
        finally
        {
            learning.Stop();
            if (IsLive) bar.Clear();
        }
    }

    public void Epoch(EpochReport report)
    {
        if (IsLive) bar.Clear();
        if (voice == TrainVoice.Text)
            Console.WriteLine(Screen.Here.FirstThatFits(
                string.Create(Invariant, $"epoch {report.Epoch,3}/{options.Epochs}  loss {report.TrainLoss:F4}  validation loss " +
                    $"{report.Validation.Loss:F4}  perplexity {report.Validation.Perplexity,8:F1}  {Speed,7:F0} tokens/s  " +
                    $"{clock.Elapsed.TotalSeconds,6:F1} s"),
                string.Create(Invariant, $"{report.Epoch}/{options.Epochs}  perplexity {report.Validation.Perplexity:F1}")));
        if (report.Skipped > 0)
            Console.Error.WriteLine(
                $"surprisal: epoch {report.Epoch}: {report.Skipped} of {train.BatchCount} batches left out, not finite");
    }

    public void Interrupted(RunFolder folder)
    {
        Conclude($"stopped after epoch {trainer.Position.Epoch}, batch {trainer.Position.Batch} of {train.BatchCount}; " +
            $"saved in {folder.Location}");
        if (voice == TrainVoice.Text) Console.WriteLine(TerminalText.Escape($"to go on: surprisal train --resume {folder.Location}"));
    }

    /// <param name="folder">The run.</param>
    /// <param name="validated">What the weights of the best epoch gave.</param>
    public void Finished(RunFolder folder, EvaluationReport validated)
    {
        if (voice == TrainVoice.Text)
        {
            Console.WriteLine();
            foreach (var line in LossCurve.Draw([.. folder.Metrics.Losses], Screen.Here)) Console.WriteLine(line);
            Console.WriteLine();
            var text = string.Concat(Generation.Text((Gpt)trainer.Model.Eval(), data.Table, [], SampleTokens, sampler, options.Seed));
            foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
                foreach (var part in Screen.Here.Wrap(TerminalText.Escape(line))) Console.WriteLine(part);
            Console.WriteLine();
        }
        var bits = TokenMetrics.BitsPerByte(validated.Loss * data.Tokens, data.Bytes);
        Conclude(string.Create(Invariant, $"validation perplexity {validated.Perplexity:F1} ({data.Unigram:F1} by frequency alone), " +
            $"{bits:F3} bits a byte, by the weights of epoch {trainer.Best?.Epoch}, the best, in {clock.Elapsed.TotalSeconds:F1} s, " +
            $"{Speed:F0} tokens/s, at most {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB; the run is in {folder.Location}"));
        if (voice == TrainVoice.Text)
            Console.WriteLine(TerminalText.Escape($"to write more: surprisal generate {folder.Location} --prompt \"Call me\""));
    }

    void IProgress<TrainingPosition>.Report(TrainingPosition position)
    {
        if (clock.Elapsed - drawn < redraw) return;
        drawn = clock.Elapsed;
        var share = Tokens(position) / ((double)options.Epochs * train.SampleCount * options.Text!.Context);
        bar.Draw((Screen.Here with { Columns = Screen.Here.Columns - 1 }).FirstThatFits(
            string.Create(Invariant,
                $"epoch {position.Epoch + 1}/{options.Epochs}  {100 * share,3:F0} %  loss {position.Loss:F4}  perplexity " +
                $"{Math.Exp(position.Loss),8:F1}  {Speed,7:F0} tokens/s"),
            string.Create(Invariant, $"{100 * share,3:F0} %  loss {position.Loss:F4}"),
            string.Create(Invariant, $"{100 * share:F0} %")));
    }

    private void Say(string sentence)
    {
        if (voice == TrainVoice.Text) Conclude(sentence);
    }

    private void Conclude(string sentence)
    {
        if (voice is TrainVoice.Json or TrainVoice.Silent) return;
        foreach (var line in Screen.Here.Wrap(sentence)) Console.WriteLine(line);
    }

    private double Tokens(TrainingPosition position) => options.Text!.Context * ((double)position.Epoch * train.SampleCount
        + Math.Min(train.SampleCount, (double)position.Batch * train.BatchSize));
}
