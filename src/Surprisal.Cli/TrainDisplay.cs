using System.Diagnostics;
using Spectre.Console;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>What a training shows: a bar and a line an epoch on a terminal, the lines alone when output goes elsewhere; then the curve and the classes.</summary>
internal sealed class TrainDisplay(TrainOptions options, DataLoader train, DataLoader test, Trainer trainer)
{
    private readonly Stopwatch clock = new();
    private ProgressTask? bar;

    private static bool IsLive => !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;

    public void Run(Action<Action<TrainingPosition>?> training)
    {
        var parameters = trainer.Model.Parameters().Sum(static parameter => (long)parameter.Length);
        Console.WriteLine($"{options.Source}: {train.Dataset.Count} to train, {test.Dataset.Count} to test, {train.Dataset.ClassNames.Count} classes of {string.Join(" x ", train.Dataset.SampleShape.ToArray())}; {options.Model} with {parameters} parameters, {options.Optimizer} at {options.LearningRate}, seed {options.Seed}");
        if (trainer.Position is { Epoch: > 0 } or { Batch: > 0 }) Console.WriteLine($"resumed after epoch {trainer.Position.Epoch}, batch {trainer.Position.Batch}");
        clock.Start();
        if (!IsLive)
        {
            training(null);
            return;
        }
        AnsiConsole.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new RemainingTimeColumn())
            .Start(context =>
            {
                bar = context.AddTask("training", maxValue: (double)options.Epochs * train.Samples);
                bar.Value = Rows(trainer.Position);
                var before = bar.Value;
                training(position =>
                {
                    bar.Value = Rows(position);
                    bar.Description = $"epoch {position.Epoch + 1}/{options.Epochs}  {(bar.Value - before) / clock.Elapsed.TotalSeconds,7:F0} rows/s  loss {position.Loss:F4}  accuracy {position.Accuracy,6:P1}";
                });
            });
    }

    public void Epoch(EpochReport report)
    {
        var line = $"epoch {report.Epoch,3}/{options.Epochs}  loss {report.TrainLoss:F4}  accuracy {report.TrainAccuracy,7:P2}  test loss {report.TestLoss:F4}  test accuracy {report.Test.Value,7:P2}  {clock.Elapsed.TotalSeconds,6:F1} s";
        if (IsLive) AnsiConsole.WriteLine(line);
        else Console.WriteLine(line);
    }

    public void Interrupted(RunFolder folder)
    {
        Console.WriteLine($"stopped after epoch {trainer.Position.Epoch}, batch {trainer.Position.Batch} of {train.Batches}; saved in {folder.Location}");
        Console.WriteLine($"to go on: surprisal train --resume {folder.Location}");
    }

    public void Finished(RunFolder folder, Accuracy accuracy)
    {
        Console.WriteLine();
        foreach (var line in LossCurve.Draw([.. folder.Metrics.Losses])) Console.WriteLine(line);
        Console.WriteLine();
        var names = train.Dataset.ClassNames;
        var width = Math.Max(5, names.Max(static name => name.Length));
        Console.WriteLine($"{"class".PadRight(width)}  precision   recall  samples");
        for (var c = 0; c < names.Count; c++)
            Console.WriteLine($"{names[c].PadRight(width)}  {Share(accuracy.Precision(c)),9}  {Share(accuracy.Recall(c)),7}  {accuracy.Support(c),7}");
        Console.WriteLine();
        Console.WriteLine($"test accuracy {accuracy.Value:P2} ({accuracy.Correct} of {accuracy.Samples}) in {clock.Elapsed.TotalSeconds:F1} s; the run is in {folder.Location}");
    }

    private double Rows(TrainingPosition position) => (double)position.Epoch * train.Samples + position.Samples;

    private static string Share(double share) => double.IsNaN(share) ? "-" : $"{share:P1}";
}
