using Surprisal.Cli.Models;
using Surprisal.Cli.Ranks;
using Surprisal.Metrics;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>What a training on samples shows; at its end the classes.</summary>
internal sealed class TrainDisplay(TrainOptions options, TrainData data, Trainer trainer, TrainVoice voice)
    : RunDisplay(options, data.Train, trainer, voice)
{
    private readonly TrainOptions options = options;
    private readonly Trainer trainer = trainer;
    private readonly Dataset train = data.Train.Dataset;

    /// <summary>What to know about the data, beside the results.</summary>
    public static void Notes(IEnumerable<string> notes)
    {
        if (LaunchedRanks.Rank > 0) return; // rank 0 says the same
        foreach (var note in notes) Console.Error.WriteLine($"surprisal: {TerminalText.Escape(note)}");
    }

    /// <summary>Precision and recall of each class, and how many samples there were; of pixels the overlap first.</summary>
    public static IEnumerable<string> Classes(
        IReadOnlyList<string> names, IReadOnlyList<ClassReport> classes, Screen screen, ModelTask task = ModelTask.Classes)
    {
        var arePixels = task == ModelTask.Pixels;
        (string, int)[] columns = [.. arePixels ? [("IoU", 7)] : Array.Empty<(string, int)>(), ("precision", 9), ("recall", 7),
            arePixels ? ("pixels", 10) : ("samples", 7)];
        var table = new TextTable(screen, task == ModelTask.Labels ? "label" : "class", names, minNameWidth: 8, columns);
        yield return table.Header;
        foreach (var (name, one) in names.Zip(classes))
            yield return table.Line(name, [.. arePixels ? [TrainLines.Share(one.Iou)] : Array.Empty<string>(),
                TrainLines.Share(one.Precision), TrainLines.Share(one.Recall), $"{one.Support}"]);
    }

    protected override IEnumerable<string> Introduction()
    {
        var parameters = trainer.Model.Parameters().Sum(static parameter => (long)parameter.Length);
        var classes = $"{train.ClassNames.Count} {(options.Labels is null ? "classes" : "labels")} of " +
            TrainLines.Sample(train.SampleShape);
        yield return $"{options.Source}: {train.Count} to train, " +
            (data.Validation is { } validation ? $"{validation.Dataset.Count} to validate, " : "") +
            $"{data.Test.Dataset.Count} to test, {classes}; " +
            $"{options.Model} with {parameters} parameters, {options.Optimizer} at {options.LearningRate}, seed {options.Seed}";
    }

    protected override string EpochLine(EpochReport report, Screen screen) => TrainLines.Epoch(
        new TrainLines.Finished(report.Epoch, options.Epochs, report.TrainLoss, report.TrainAccuracy, report.Validation.Loss,
            report.Validation.Score(options.Task) ?? report.Validation.Accuracy(), Seconds)
        {
            Measure = options.Task.ScoreName() ?? "accuracy",
        },
        screen);

    protected override string BarLine(TrainingPosition position, double share, TimeSpan left, Screen screen) => TrainLines.Bar(
        new TrainLines.Progress(position.Epoch + 1, options.Epochs, share, position.Loss, position.Accuracy, Speed, left), screen);

    protected override IEnumerable<string> Results(EvaluationReport tested, Screen screen) =>
        Classes(train.ClassNames, tested.Classes(), screen, options.Task);

    protected override string Conclusion(EvaluationReport tested) =>
        $"{(data.Validation is null ? "accuracy" : "test accuracy")} {tested.Accuracy():P2} ({tested.Right(options.Task)}) " +
        (tested.Score(options.Task) is { } score ? $"and {options.Task.ScoreName()} {score:F3} " : "") +
        (trainer.Best is { } best
            ? $"by the weights of epoch {best.Epoch}, {(data.Validation is null ? "which this part chose" : "the best")}, "
            : "by the last weights, for no epoch was the best, ") +
        $"in {Seconds:F1} s";
}
