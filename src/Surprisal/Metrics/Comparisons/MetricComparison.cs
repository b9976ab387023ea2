using System.Globalization;

namespace Surprisal.Metrics;

/// <summary>Two models on the same rows: second minus first, with intervals over the same replicates of the data for both.</summary>
/// <param name="Loss">The difference of the mean losses, in nats.</param>
/// <param name="LossInterval">What it would be on other data.</param>
/// <param name="Accuracy">The difference of the accuracies.</param>
/// <param name="AccuracyInterval">What it would be on other data.</param>
/// <param name="Brier">The difference of the Brier scores.</param>
/// <param name="BrierInterval">What it would be on other data.</param>
/// <param name="Ece">The difference of the expected calibration errors; NaN where one model has one column and the other two, whose
/// confidences are of different things.</param>
/// <param name="EceInterval">What it would be on other data.</param>
public sealed record MetricComparison(
    double Loss,
    Interval LossInterval,
    double Accuracy,
    Interval AccuracyInterval,
    double Brier,
    Interval BrierInterval,
    double Ece,
    Interval EceInterval)
{
    /// <summary>Compares what two models made of the same rows.</summary>
    /// <param name="first">The metrics of the first model.</param>
    /// <param name="second">The metrics of the second one: the same rows, targets and weights, and the same options but for what the scores
    /// are.</param>
    /// <exception cref="ArgumentException">Other rows, targets or weights, other rows that are invalid, or another option; the message says
    /// which.</exception>
    /// <remarks>Whether single rows are right is not kept: for that there is <see cref="McNemar"/>.</remarks>
    public static MetricComparison Of(ClassificationMetrics first, ClassificationMetrics second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (Difference(first, second) is { } difference) throw new ArgumentException(difference, nameof(second));
        var (x, y, a) = (first.State.Groups, second.State.Groups, first.Options);
        var scale = a.ClassCount == 2 ? 0.5 : 1;
        var isOfOneKind = first.Options.Classes == second.Options.Classes;
        var of = Bootstrap.Run(a, Both(ClassificationIntervals.Loss), Both(ClassificationIntervals.Accuracy),
            Both(groups => ClassificationIntervals.Brier(groups, scale)), Both(ClassificationIntervals.Ece));
        var (before, after) = (first.Summary(), second.Summary());
        return new(after.Loss - before.Loss, of[0], after.Accuracy - before.Accuracy, of[1], after.Brier - before.Brier, of[2],
            isOfOneKind ? after.Ece - before.Ece : double.NaN, isOfOneKind ? of[3] : Interval.None);

        GroupStatistic Both(Func<GroupSums, GroupStatistic> statistic) => GroupStatistic.Difference(statistic(x), statistic(y));
    }

    /// <summary>Four lines.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"loss      {Loss:+0.0000;-0.0000} {LossInterval}\naccuracy  {Accuracy:+0.0000;-0.0000} {AccuracyInterval}\n" +
        $"Brier     {Brier:+0.0000;-0.0000} {BrierInterval}\nECE       {Ece:+0.0000;-0.0000} {EceInterval}");

    /// <summary>Why the two cannot be compared; null where they can.</summary>
    private static string? Difference(ClassificationMetrics first, ClassificationMetrics second)
    {
        var (a, b) = (first.Options, second.Options);
        var bothClip = a.Scores != ScoreKind.Logits && b.Scores != ScoreKind.Logits;
        foreach (var (name, x, y) in new (string, object, object)[]
        {
            ("classes", a.ClassCount, b.ClassCount), ("Seed", a.Seed, b.Seed), ("Groups", a.Groups, b.Groups),
            ("Replicates", a.Replicates, b.Replicates), ("Bins", a.Bins, b.Bins), ("LabelSmoothing", a.LabelSmoothing, b.LabelSmoothing),
            ("Clip", bothClip ? a.Clip : 0, bothClip ? b.Clip : 0),
        })
            if (!x.Equals(y))
                return string.Create(CultureInfo.InvariantCulture,
                    $"second has {name} {y}, but first {x}; models are compared with the same options.");
        if (!Equals(a.Weight, b.Weight))
            return "second has another Weight than first; models are compared with the same weights of classes.";
        var (s, t) = (first.State, second.State);
        if (s.Rows.ToString() != t.Rows.ToString())
            return $"second has {t.Rows}, but first {s.Rows}; models are compared on the same rows.";
        if (s.TargetDigest != t.TargetDigest)
            return "second has other targets or sample weights than first; models are compared on the same data.";
        return (s.Invalid, s.InvalidDigest) == (t.Invalid, t.InvalidDigest) ? null
            : $"second has other invalid rows ({t.Invalid}) than first ({s.Invalid}); models are compared on the rows that count for both.";
    }
}
