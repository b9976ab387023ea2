namespace Surprisal.Metrics;

/// <summary>The statistics of which a report has intervals, as functions of sums over groups.</summary>
internal static class ClassificationIntervals
{
    public static GroupStatistic Loss(GroupSums groups) =>
        GroupStatistic.Ratio(groups.Groups, g => groups.Loss[g], groups.Divisor is { } divisor ? g => divisor[g] : g => groups.Rows[g]);

    public static GroupStatistic Accuracy(GroupSums groups) =>
        GroupStatistic.Ratio(groups.Groups, g => groups.Hits[g], g => groups.Rows[g]);

    /// <summary>Times a factor.</summary>
    public static GroupStatistic Brier(GroupSums groups, double scale) =>
        GroupStatistic.Ratio(groups.Groups, g => scale * groups.Brier[g], g => groups.Rows[g]);

    /// <summary>Of hits less confidence of each bin, and behind them the rows: [bins + 1, groups].</summary>
    public static GroupStatistic Ece(GroupSums groups)
    {
        var bins = groups.Bins;
        var sums = new double[(bins + 1) * groups.Groups];
        for (var i = 0; i < bins * groups.Groups; i++)
        {
            sums[i] = groups.BinHits[i] - groups.BinConfidence[i];
            sums[bins * groups.Groups + i % groups.Groups] += groups.BinRows[i];
        }
        return new(sums, static replicate =>
        {
            var gap = 0.0;
            foreach (var of in replicate.AsSpan(0, replicate.Length - 1)) gap += Math.Abs(of);
            return gap / replicate[^1];
        });
    }

    /// <summary>Of groups that hold the classes.</summary>
    public static GroupStatistic MacroF1(RowCounts counts)
    {
        var sums = new double[counts.Length];
        for (var i = 0; i < sums.Length; i++) sums[i] = counts[i];
        return new(sums, static replicate => MacroF1(replicate));
    }

    /// <summary>Over the classes that occur; of hits, predictions and targets of each class, at 3 class + kind.</summary>
    public static double MacroF1(ReadOnlySpan<double> counts)
    {
        var (sum, n) = (0.0, 0);
        for (var k = 0; k < counts.Length; k += 3)
            if (counts[k + 1] + counts[k + 2] is > 0 and var all) (sum, n) = (sum + 2 * counts[k] / all, n + 1);
        return sum / n;
    }
}
