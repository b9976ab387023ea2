namespace Surprisal.Metrics;

/// <summary>A number that sums over groups of rows make, such as a mean.</summary>
/// <param name="Sums">[kinds, groups]: the sums of each group.</param>
/// <param name="Of">From the whole sum of each kind to the number.</param>
internal sealed record GroupStatistic(double[] Sums, Func<double[], double> Of)
{
    /// <summary>A sum over another.</summary>
    /// <param name="groups">How many groups.</param>
    /// <param name="above">The numerator's sum of a group.</param>
    /// <param name="below">The denominator's.</param>
    public static GroupStatistic Ratio(int groups, Func<int, double> above, Func<int, double> below) =>
        new([.. Range(groups, above), .. Range(groups, below)], static sums => sums[0] / sums[1]);

    /// <summary>A ratio of a second model less that of the first.</summary>
    public static GroupStatistic Difference(GroupStatistic first, GroupStatistic second) =>
        new([.. first.Sums, .. second.Sums], sums => second.Of(sums[(sums.Length / 2)..]) - first.Of(sums[..(sums.Length / 2)]));

    private static IEnumerable<double> Range(int groups, Func<int, double> of) => Enumerable.Range(0, groups).Select(of);
}
