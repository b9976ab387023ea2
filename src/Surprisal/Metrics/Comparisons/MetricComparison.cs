using System.Globalization;

namespace Surprisal.Metrics;

/// <summary>Two models on the same rows: second minus first, with intervals over the same replicates of the data for both.</summary>
/// <param name="Loss">The difference of the mean losses, in nats.</param>
/// <param name="LossInterval">What it would be on other data.</param>
/// <param name="Accuracy">The difference of the accuracies.</param>
/// <param name="AccuracyInterval">What it would be on other data.</param>
/// <param name="Brier">The difference of the Brier scores.</param>
/// <param name="BrierInterval">What it would be on other data.</param>
public sealed record MetricComparison(
    double Loss, Interval LossInterval, double Accuracy, Interval AccuracyInterval, double Brier, Interval BrierInterval)
{
    /// <summary>Compares what two models made of the same rows.</summary>
    /// <param name="first">The metrics of the first model.</param>
    /// <param name="second">The metrics of the second one: the same rows, targets and weights, classes, seed and groups.</param>
    /// <exception cref="ArgumentException">Other rows, targets, weights, classes, seeds or groups.</exception>
    /// <remarks>Whether single rows are right is not kept: for that there is <see cref="McNemar"/>.</remarks>
    public static MetricComparison Of(ClassificationMetrics first, ClassificationMetrics second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var (a, b) = (first.Options, second.Options);
        if ((a.ClassCount, a.Seed, a.Groups, a.Replicates) != (b.ClassCount, b.Seed, b.Groups, b.Replicates) || !Equals(a.Weight, b.Weight))
            throw new ArgumentException($"second has the options {b}, but first {a}; " +
                "classes, weights, seed, groups and replicates are those of both.", nameof(second));
        if (first.State.TargetDigest != second.State.TargetDigest || first.State.Rows.ToString() != second.State.Rows.ToString())
            throw new ArgumentException($"second has other rows, targets or weights ({second.State.Rows}) than first " +
                $"({first.State.Rows}); models are compared on the same data.", nameof(second));
        var (x, y) = (first.State.Groups, second.State.Groups);
        var scale = a.ClassCount == 2 ? 0.5 : 1;
        var loss = Difference(x, y, a, static (groups, g) => groups.Loss[g], static (groups, g) => groups.Divisor?[g] ?? groups.Rows[g]);
        var accuracy = Difference(x, y, a, static (groups, g) => groups.Hits[g], static (groups, g) => groups.Rows[g]);
        var brier = Difference(x, y, a, (groups, g) => scale * groups.Brier[g], static (groups, g) => groups.Rows[g]);
        var (before, after) = (first.Summary(), second.Summary());
        return new(after.Loss - before.Loss, loss, after.Accuracy - before.Accuracy, accuracy, after.Brier - before.Brier, brier);
    }

    /// <summary>Three lines.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"loss      {Loss:+0.0000;-0.0000} {LossInterval}\naccuracy  {Accuracy:+0.0000;-0.0000} {AccuracyInterval}\n" +
        $"Brier     {Brier:+0.0000;-0.0000} {BrierInterval}");

    private static Interval Difference(
        GroupSums first, GroupSums second, MetricOptions options, Func<GroupSums, int, double> above, Func<GroupSums, int, double> below)
    {
        var groups = options.Groups;
        var sums = new double[4 * groups];
        for (var g = 0; g < groups; g++)
            (sums[g], sums[groups + g], sums[2 * groups + g], sums[3 * groups + g]) =
                (above(first, g), below(first, g), above(second, g), below(second, g));
        return Bootstrap.Run(options.Replicates, options.Seed, groups, sums, static r => r[2] / r[3] - r[0] / r[1]);
    }
}
