using System.Diagnostics;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>
/// What a training shows: a bar and a line an epoch on a terminal, the lines alone when output goes elsewhere; then the curve and what was
/// learned.
/// </summary>
internal abstract class RunDisplay(TrainOptions options, DataLoader train, Trainer trainer, TrainVoice voice) : IProgress<TrainingPosition>
{
    private static readonly TimeSpan redraw = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch clock = new();
    private readonly LiveLine bar = new(Console.Out);
    private TimeSpan drawn = -redraw;
    private TimeSpan? learned;
    private double before;

    /// <summary>Since the training began or went on.</summary>
    protected double Seconds => clock.Elapsed.TotalSeconds;

    /// <summary>Samples that were learned a second, since then.</summary>
    protected double Speed => (Rows(trainer.Position) - before) / Math.Max(1e-3, (learned ?? clock.Elapsed).TotalSeconds);

    /// <summary>How many samples there are to learn in all epochs.</summary>
    protected double AllRows => (double)options.Epochs * train.SampleCount;

    private bool IsLive => voice == TrainVoice.Text && Screen.Here.IsLive;

    /// <summary>Why a run has failed, and what may help.</summary>
    public static void NotFinite(RunFolder folder, NonFiniteException error)
    {
        Console.Error.WriteLine($"surprisal: {error.Message}");
        Console.Error.WriteLine("surprisal: " +
            $"{(folder.HasCheckpoint ? $"the last checkpoint is in {folder.Location}" : "there is no checkpoint yet")}; " +
            "a smaller --lr may help, and --keep-going leaves such batches out");
    }

    public void Run(Action<IProgress<TrainingPosition>?> training)
    {
        foreach (var sentence in Introduction()) Say(sentence);
        if (trainer.Position is { Epoch: > 0 } or { Batch: > 0 })
            Say($"resumed after epoch {trainer.Position.Epoch}, batch {trainer.Position.Batch}");
        before = Rows(trainer.Position);
        clock.Start();
        try
        {
            training(IsLive ? this : null);
        }
        finally
        {
            learned = clock.Elapsed;
            ClearBar();
        }
    }

    public void Epoch(EpochReport report)
    {
        ClearBar();
        if (voice == TrainVoice.Text) Console.WriteLine(EpochLine(report, Screen.Here));
        if (report.Skipped > 0)
            Console.Error.WriteLine(
                $"surprisal: epoch {report.Epoch}: {report.Skipped} of {train.BatchCount} batches left out, not finite");
    }

    public void Interrupted(RunFolder folder)
    {
        var at = trainer.Position;
        Conclude($"stopped after epoch {at.Epoch}, batch {at.Batch} of {train.BatchCount}; saved in {folder.Location}");
        if (voice != TrainVoice.Text) return;
        Report(folder);
        Console.WriteLine(TerminalText.Escape($"to go on: surprisal train --resume {folder.Location}"));
    }

    /// <param name="folder">The run.</param>
    /// <param name="tested">What the weights of the best epoch gave.</param>
    public void Finished(RunFolder folder, EvaluationReport tested)
    {
        if (voice == TrainVoice.Text)
        {
            Console.WriteLine();
            foreach (var line in LossCurve.Draw([.. folder.Metrics.Losses], Screen.Here)) Console.WriteLine(line);
            Console.WriteLine();
            foreach (var line in Results(tested, Screen.Here)) Console.WriteLine(line);
            Console.WriteLine();
            if (trainer.Position.Epoch < options.Epochs)
                Say($"ended after epoch {trainer.Position.Epoch}: none of the last {options.EarlyStop} was better");
        }
        Conclude($"{Conclusion(tested)}; the run is in {folder.Location}");
        if (voice != TrainVoice.Text) return;
        Report(folder);
        if (Advice(folder) is { Length: > 0 } advice) Console.WriteLine(TerminalText.Escape(advice));
    }

    /// <summary>What is about to be trained, in sentences.</summary>
    protected abstract IEnumerable<string> Introduction();

    protected abstract string EpochLine(EpochReport report, Screen screen);

    /// <param name="position">Where the training is.</param>
    /// <param name="share">How much of it is done, from 0 to 1.</param>
    /// <param name="left">How long the rest may take.</param>
    /// <param name="screen">Where it is drawn.</param>
    protected abstract string BarLine(TrainingPosition position, double share, TimeSpan left, Screen screen);

    /// <summary>What was learned, in lines.</summary>
    protected abstract IEnumerable<string> Results(EvaluationReport tested, Screen screen);

    /// <summary>The same in a sentence without an end.</summary>
    protected abstract string Conclusion(EvaluationReport tested);

    /// <summary>What to do with it; empty for nothing.</summary>
    protected virtual string Advice(RunFolder folder) => "";

    void IProgress<TrainingPosition>.Report(TrainingPosition position)
    {
        if (clock.Elapsed - drawn < redraw) return;
        drawn = clock.Elapsed;
        var rows = Rows(position);
        var speed = (rows - before) / drawn.TotalSeconds;
        var left = TimeSpan.FromSeconds(Math.Min((AllRows - rows) / Math.Max(speed, 1e-3), 1e9));
        bar.Draw(BarLine(position, rows / AllRows, left, Screen.Here));
    }

    private static void Report(RunFolder folder) => Console.WriteLine(TerminalText.Escape($"pictures: {folder.ReportFile}"));

    private void Say(string sentence)
    {
        if (voice == TrainVoice.Text) Conclude(sentence);
    }

    /// <summary>What is said quietly too.</summary>
    private void Conclude(string sentence)
    {
        if (voice is TrainVoice.Json or TrainVoice.Silent) return;
        foreach (var line in Screen.Here.Wrap(sentence)) Console.WriteLine(line);
    }

    private void ClearBar()
    {
        if (IsLive) bar.Clear();
    }

    private double Rows(TrainingPosition position) =>
        (double)position.Epoch * train.SampleCount + Math.Min(train.SampleCount, (double)position.Batch * train.BatchSize);
}
