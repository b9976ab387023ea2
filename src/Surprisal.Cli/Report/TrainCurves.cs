using Surprisal.Cli.Models;

namespace Surprisal.Cli.Report;

/// <summary>The curves of a training over its epochs.</summary>
internal static class TrainCurves
{
    /// <param name="epochs">Those that have ended.</param>
    /// <param name="scale">What the axis upwards says: it is logarithmic.</param>
    public static Svg Loss(IReadOnlyList<EpochFigures> epochs, string scale) =>
        new CurveChart("Loss",
            epochs.Count == 0 ? "No epoch has ended yet."
                : $"Training ends at {Figure.Loss(epochs[^1].TrainLoss)}, validation at {Figure.Loss(epochs[^1].ValidationLoss)}" +
                    (Lowest(epochs) is { } lowest ? $"; lowest after epoch {lowest.Epoch}." : "."),
            "epoch", scale,
            [Curve("training", epochs, static epoch => epoch.TrainLoss), Curve("validation", epochs, static epoch => epoch.ValidationLoss)])
        { Across = Axis.Whole, Upwards = Axis.Log }.Draw();

    public static Svg Accuracy(IReadOnlyList<EpochFigures> epochs) =>
        new CurveChart("Accuracy",
            epochs.Count == 0 ? "No epoch has ended yet."
                : $"Training ends at {Figure.Share(epochs[^1].TrainAccuracy)}, " +
                    $"validation at {Figure.Share(epochs[^1].ValidationAccuracy)}.",
            "epoch", "% right",
            [Curve("training", epochs, static epoch => 100 * epoch.TrainAccuracy),
                Curve("validation", epochs, static epoch => 100 * epoch.ValidationAccuracy)])
        { Across = Axis.Whole }.Draw();

    /// <param name="task">What is learned, which has a score.</param>
    /// <param name="epochs">Those that have ended.</param>
    public static Svg Score(ModelTask task, IReadOnlyList<EpochFigures> epochs)
    {
        var (isShare, last) = (task.HasShare(), epochs.Count == 0 ? double.NaN : epochs[^1].ValidationScore ?? double.NaN);
        var best = task == ModelTask.Pixels && Kept(epochs, task) is { } kept ? $"; highest after epoch {kept.Epoch}" : "";
        return new CurveChart($"Validation {task.ScoreName()}",
            epochs.Count == 0 ? "No epoch has ended yet." : $"Ends at {(isShare ? Figure.Share(last) : $"{last:F1}")}{best}.",
            "epoch", isShare ? "%" : "logarithmic scale",
            [Curve("validation", epochs, epoch => (isShare ? 100 : 1) * epoch.ValidationScore ?? double.NaN)])
        { Across = Axis.Whole, Upwards = isShare ? Axis.Linear : Axis.Log }.Draw();
    }

    public static Svg LearningRate(IReadOnlyList<EpochFigures> epochs) =>
        new CurveChart("Learning rate",
            epochs.Count == 0 ? "No epoch has ended yet."
                : $"From {Figure.Of(epochs[0].LearningRate)} to {Figure.Of(epochs[^1].LearningRate)}.",
            "epoch", "rate", [Curve("learning rate", epochs, static epoch => epoch.LearningRate)])
        { Across = Axis.Whole, Upwards = static (rates, most) => Axis.Linear(rates.Append(0), most) }.Draw();

    /// <summary>The epoch whose weights are kept, as TrainSetup tells the trainer to choose: the first with the lowest validation loss, of
    /// pixels with the highest mean IoU; null where there is none.</summary>
    public static EpochFigures? Kept(IReadOnlyList<EpochFigures> epochs, ModelTask task) => task == ModelTask.Pixels
        ? epochs.Where(static epoch => epoch.ValidationScore >= 0).MaxBy(static epoch => epoch.ValidationScore) : Lowest(epochs);

    /// <summary>The first epoch with the lowest finite validation loss; null where there is none.</summary>
    private static EpochFigures? Lowest(IEnumerable<EpochFigures> epochs) =>
        epochs.Where(static epoch => double.IsFinite(epoch.ValidationLoss)).MinBy(static epoch => epoch.ValidationLoss);

    private static Curve Curve(string name, IEnumerable<EpochFigures> epochs, Func<EpochFigures, double> value) =>
        new(name, [.. epochs.Select(epoch => ((double)epoch.Epoch, value(epoch)))]);
}
