namespace Surprisal.Metrics;

/// <summary>The statistics of which a report has intervals, as functions of sums over groups.</summary>
internal static class ClassificationIntervals
{
    public static Interval Loss(GroupSums groups, MetricOptions options) =>
        Ratio(groups, options, g => groups.Loss[g], groups.Divisor is { } divisor ? g => divisor[g] : g => groups.Rows[g]);

    public static Interval Accuracy(GroupSums groups, MetricOptions options) =>
        Ratio(groups, options, g => groups.Hits[g], g => groups.Rows[g]);

    public static Interval Brier(GroupSums groups, MetricOptions options, double scale) =>
        Ratio(groups, options, g => scale * groups.Brier[g], g => groups.Rows[g]);

    public static Interval Ece(GroupSums groups, MetricOptions options) =>
        Bootstrap.Run(options.Replicates, options.Seed, groups.Groups, Gaps(groups), static replicate => Ece(replicate));

    /// <summary>Of the second minus the first, which have the same groups.</summary>
    public static Interval EceDifference(GroupSums first, GroupSums second, MetricOptions options)
    {
        var kinds = first.Bins + 1;
        return Bootstrap.Run(options.Replicates, options.Seed, first.Groups, [.. Gaps(first), .. Gaps(second)],
            replicate => Ece(replicate.AsSpan(kinds)) - Ece(replicate.AsSpan(0, kinds)));
    }

    /// <summary>Of macro F1; none where groups do not hold the classes.</summary>
    public static Interval MacroF1(GroupSums groups, MetricOptions options)
    {
        if (groups.Classes is not { } counts) return Interval.None;
        var sums = new double[counts.Length];
        for (var i = 0; i < sums.Length; i++) sums[i] = counts[i];
        return Bootstrap.Run(options.Replicates, options.Seed, groups.Groups, sums, replicate =>
        {
            var (sum, n) = (0.0, 0);
            for (var k = 0; k < replicate.Length; k += 3)
                if (replicate[k + 1] + replicate[k + 2] is > 0 and var all) (sum, n) = (sum + 2 * replicate[k] / all, n + 1);
            return sum / n;
        });
    }

    /// <summary>Hits less confidence of each bin, and behind them the rows: [bins + 1, groups].</summary>
    private static double[] Gaps(GroupSums groups)
    {
        var bins = groups.Bins;
        var sums = new double[(bins + 1) * groups.Groups];
        for (var i = 0; i < bins * groups.Groups; i++)
        {
            sums[i] = groups.BinHits[i] - groups.BinConfidence[i];
            sums[bins * groups.Groups + i % groups.Groups] += groups.BinRows[i];
        }
        return sums;
    }

    private static double Ece(ReadOnlySpan<double> replicate)
    {
        var gap = 0.0;
        foreach (var of in replicate[..^1]) gap += Math.Abs(of);
        return gap / replicate[^1];
    }

    private static Interval Ratio(GroupSums groups, MetricOptions options, Func<int, double> above, Func<int, double> below)
    {
        var sums = new double[2 * groups.Groups];
        for (var g = 0; g < groups.Groups; g++) (sums[g], sums[groups.Groups + g]) = (above(g), below(g));
        return Bootstrap.Run(options.Replicates, options.Seed, groups.Groups, sums, static replicate => replicate[0] / replicate[1]);
    }
}
