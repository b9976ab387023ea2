using System.Diagnostics;
using Surprisal.Cli.Models;
using Surprisal.Cli.Ranks;
using Surprisal.Metrics;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>
/// What a training shows: a bar and a line an epoch on a terminal, the lines alone when output goes elsewhere; then the curve and the
/// classes.
/// </summary>
internal sealed class TrainDisplay(TrainOptions options, TrainData data, Trainer trainer, TrainVoice voice)
    : IProgress<TrainingPosition>
{
    private static readonly TimeSpan redraw = TimeSpan.FromMilliseconds(100);

    private readonly DataLoader train = data.Train;
    private readonly Stopwatch clock = new();
    private TimeSpan drawn = -redraw;
    private readonly LiveLine bar = new(Console.Out);
    private double before;

    /// <summary>What to know about the data, beside the results.</summary>
    public static void Notes(IEnumerable<string> notes)
    {
        if (LaunchedRanks.Rank > 0) return; // rank 0 says the same
        foreach (var note in notes) Console.Error.WriteLine($"surprisal: {TerminalText.Escape(note)}");
    }

    public void Run(Action<IProgress<TrainingPosition>?> training)
    {
        var parameters = trainer.Model.Parameters().Sum(static parameter => (long)parameter.Length);
        var classes = $"{train.Dataset.ClassNames.Count} {(options.Labels is null ? "classes" : "labels")} of " +
            TrainLines.Sample(train.Dataset.SampleShape);
        Say($"{options.Source}: {train.Dataset.Count} to train, " +
            (data.Validation is { } validation ? $"{validation.Dataset.Count} to validate, " : "") +
            $"{data.Test.Dataset.Count} to test, {classes}; " +
            $"{options.Model} with {parameters} parameters, {options.Optimizer} at {options.LearningRate}, seed {options.Seed}");
        if (trainer.Position is { Epoch: > 0 } or { Batch: > 0 })
            Say($"resumed after epoch {trainer.Position.Epoch}, batch {trainer.Position.Batch}");
        clock.Start();
        if (!IsLive)
        {
            training(null);
            return;
        }
        before = Rows(trainer.Position);
        try
        {
            training(this);
        }
        finally
        {
            ClearBar();
        }
    }

    public void Epoch(EpochReport report)
    {
        ClearBar();
        if (voice == TrainVoice.Text)
            Console.WriteLine(TrainLines.Epoch(
                new TrainLines.Finished(report.Epoch, options.Epochs, report.TrainLoss, report.TrainAccuracy, report.Validation.Loss,
                    report.Validation.Score(options.Task) ?? report.Validation.Accuracy(), clock.Elapsed.TotalSeconds)
                {
                    Measure = options.Task.ScoreName() ?? "accuracy",
                },
                Screen.Here));
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
        var screen = Screen.Here;
        if (voice == TrainVoice.Text)
        {
            Console.WriteLine();
            foreach (var line in LossCurve.Draw([.. folder.Metrics.Losses], screen)) Console.WriteLine(line);
            Console.WriteLine();
            foreach (var line in Classes(train.Dataset.ClassNames, tested.Classes(), screen,
                options.Task == ModelTask.Pixels)) Console.WriteLine(line);
            Console.WriteLine();
            if (trainer.Position.Epoch < options.Epochs)
                Say($"ended after epoch {trainer.Position.Epoch}: none of the last {options.EarlyStop} was better");
        }
        Conclude($"test accuracy {tested.Accuracy():P2} ({tested.Right(options.Task)}) " +
            (tested.Score(options.Task) is { } score ? $"and {options.Task.ScoreName()} {score:F3} " : "") + "by the weights of epoch " +
            $"{trainer.Best?.Epoch}, the best, in {clock.Elapsed.TotalSeconds:F1} s; the run is in {folder.Location}");
        if (voice == TrainVoice.Text) Report(folder);
    }

    /// <summary>Precision and recall of each class, and how many samples there were; of pixels the overlap first.</summary>
    public static IEnumerable<string> Classes(
        IReadOnlyList<string> names, IReadOnlyList<ClassReport> classes, Screen screen, bool arePixels = false)
    {
        (string, int)[] columns = [.. arePixels ? [("IoU", 7)] : Array.Empty<(string, int)>(), ("precision", 9), ("recall", 7),
            arePixels ? ("pixels", 10) : ("samples", 7)];
        var table = new TextTable(screen, "class", names, minNameWidth: 8, columns);
        yield return table.Header;
        foreach (var (name, one) in names.Zip(classes))
            yield return table.Line(name, [.. arePixels ? [TrainLines.Share(one.Iou)] : Array.Empty<string>(),
                TrainLines.Share(one.Precision), TrainLines.Share(one.Recall), $"{one.Support}"]);
    }

    /// <summary>Why a run has failed, and what may help.</summary>
    public static void NotFinite(RunFolder folder, NonFiniteException error)
    {
        Console.Error.WriteLine($"surprisal: {error.Message}");
        Console.Error.WriteLine("surprisal: " +
            $"{(folder.HasCheckpoint ? $"the last checkpoint is in {folder.Location}" : "there is no checkpoint yet")}; " +
            "a smaller --lr may help, and --keep-going leaves such batches out");
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

    void IProgress<TrainingPosition>.Report(TrainingPosition position)
    {
        if (clock.Elapsed - drawn < redraw) return;
        drawn = clock.Elapsed;
        var (all, rows) = ((double)options.Epochs * train.SampleCount, Rows(position));
        var speed = (rows - before) / drawn.TotalSeconds;
        var left = TimeSpan.FromSeconds(Math.Min((all - rows) / Math.Max(speed, 1e-3), 1e9));
        bar.Draw(TrainLines.Bar(new TrainLines.Progress(position.Epoch + 1, options.Epochs, rows / all, position.Loss, position.Accuracy,
            speed, left), Screen.Here));
    }

    private bool IsLive => voice == TrainVoice.Text && Screen.Here.IsLive;

    private void ClearBar()
    {
        if (IsLive) bar.Clear();
    }

    private double Rows(TrainingPosition position) =>
        (double)position.Epoch * train.SampleCount + Math.Min(train.SampleCount, (double)position.Batch * train.BatchSize);
}
