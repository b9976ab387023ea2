namespace Surprisal.Metrics;

/// <summary>
/// How scores rank positives before negatives, exactly, of rows that are all in memory. <see cref="ClassificationMetrics"/> counts in cells
/// instead and states a bound.
/// </summary>
public static partial class Ranking
{
    /// <summary>
    /// The area under the ROC curve: the share of pairs of a positive and a negative whose positive has the larger score, tied ones by half
    /// (Hanley, McNeil 1982); NaN where one side is absent.
    /// </summary>
    /// <param name="scores">Any numbers; only their order counts. NaN is an error.</param>
    /// <param name="positives">Which rows are positive.</param>
    /// <param name="weights">How often each row counts, 0 or more. Default: all 1.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit, or NaN among the scores.</exception>
    /// <example><code>
    /// using Surprisal.Metrics;
    ///
    /// Console.WriteLine(Ranking.Auc([0.1, 0.4, 0.35, 0.8], [false, false, true, true]));   // 0.75
    /// </code></example>
    public static double Auc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positives, ReadOnlySpan<double> weights = default)
    {
        var order = Sort(scores, positives, weights);
        double area = 0, p = 0, n = 0;
        for (var i = 0; i < order.Length;)
        {
            var (positive, negative) = Tied(order, ref i);
            area += negative * (p + positive / 2); // the positives so far are above these negatives
            (p, n) = (p + positive, n + negative);
        }
        return p > 0 && n > 0 ? area / (p * n) : double.NaN;
    }

    /// <summary>
    /// Average precision: the sum over distinct scores, downward, of precision times the recall gained, without interpolation; NaN without
    /// positives.
    /// </summary>
    /// <param name="scores">Any numbers; only their order counts. NaN is an error.</param>
    /// <param name="positives">Which rows are positive.</param>
    /// <param name="weights">How often each row counts, 0 or more. Default: all 1.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit, or NaN among the scores.</exception>
    public static double AveragePrecision(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positives, ReadOnlySpan<double> weights = default)
    {
        var order = Sort(scores, positives, weights);
        double sum = 0, p = 0, n = 0;
        for (var i = 0; i < order.Length;)
        {
            var (positive, negative) = Tied(order, ref i);
            (p, n) = (p + positive, n + negative);
            if (positive > 0) sum += positive * (p / (p + n));
        }
        return p > 0 ? sum / p : double.NaN;
    }

    /// <summary>Positives and negatives of the next score; sums of weights that are whole numbers are exact.</summary>
    private static (double Positive, double Negative) Tied((double Score, bool IsPositive, double Weight)[] order, ref int i)
    {
        var (score, positive, negative) = (order[i].Score, 0.0, 0.0);
        for (; i < order.Length && order[i].Score == score; i++)
            if (order[i].IsPositive) positive += order[i].Weight;
            else negative += order[i].Weight;
        return (positive, negative);
    }

    private static (double Score, bool IsPositive, double Weight)[] Sort(
        ReadOnlySpan<double> scores, ReadOnlySpan<bool> positives, ReadOnlySpan<double> weights)
    {
        if (positives.Length != scores.Length || (!weights.IsEmpty && weights.Length != scores.Length))
            throw new ArgumentException($"there are {scores.Length} scores, {positives.Length} positives and " +
                $"{weights.Length} weights; each score needs one of each, or no weights at all.", nameof(positives));
        var rows = new (double Score, bool IsPositive, double Weight)[scores.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            if (double.IsNaN(scores[i])) throw new ArgumentException($"scores[{i}] is NaN, which has no rank.", nameof(scores));
            var weight = weights.IsEmpty ? 1 : weights[i];
            if (!(weight >= 0 && double.IsFinite(weight)))
                throw new ArgumentOutOfRangeException(nameof(weights), $"weights[{i}] = {weight}; a weight multiplies counts, " +
                    "so it is 0 or more.");
            rows[i] = (scores[i], positives[i], weight);
        }
        // Rows of one score in a fixed order, so that their sum does not depend on that of the rows.
        Array.Sort(rows, static (a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Weight.CompareTo(b.Weight));
        return rows;
    }
}
