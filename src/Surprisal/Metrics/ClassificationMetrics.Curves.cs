namespace Surprisal.Metrics;

public sealed partial class ClassificationMetrics
{
    /// <summary>The receiver operating characteristic of a class against all others, over thresholds of its odds, from (0, 0) on.</summary>
    /// <param name="index">The class, from 0; of one column 1 is the class that it speaks of.</param>
    /// <returns>False and true positive rates; about 500 points at most. Empty where ranking is off or one side is absent.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public IReadOnlyList<(double FalsePositiveRate, double TruePositiveRate)> RocCurve(int index)
    {
        var curve = Curve(index);
        return curve.Count == 0 || curve[^1] is not { Hits: > 0, Misses: > 0 } ? []
            : [(0, 0), .. curve.Select(static at => (at.Misses, at.Hits))];
    }

    /// <summary>Precision beside recall of a class against all others, over thresholds of its odds, by growing recall.</summary>
    /// <param name="index">The class, from 0; of one column 1 is the class that it speaks of.</param>
    /// <returns>About 500 points at most. Empty where ranking is off or no row is of the class.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public IReadOnlyList<(double Recall, double Precision)> PrecisionRecallCurve(int index)
    {
        var curve = Curve(index);
        return curve.Count == 0 || curve[^1].Hits == 0 ? [] : [.. curve.Select(static at => (at.Hits, at.Precision))];
    }

    /// <summary>How many rows have which loss, in bins of equal width from 0 on; rows of 20 nats and more are in the last.</summary>
    /// <param name="bins">How many bins at most, from 1 to 400. Default 40.</param>
    /// <returns>The upper end of each bin in nats, and how many rows are in it, or how much they weigh.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not so many bins.</exception>
    public IReadOnlyList<(double Upper, double Count)> LossHistogram(int bins = 40)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bins, 400);
        return Surprisal.Metrics.LossHistogram.Bins(State.LossCells, bins);
    }

    private IReadOnlyList<(double Hits, double Misses, double Precision)> Curve(int index)
    {
        if ((uint)index >= (uint)Options.ClassCount)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"index is {index}; classes are 0..{Options.ClassCount - 1}.");
        return State.Ranking?.Curve(index) ?? [];
    }
}
