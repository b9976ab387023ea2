namespace Surprisal.Metrics;

/// <summary>What scores, targets and weights have to be, checked before anything is counted.</summary>
internal static class ScoreChecks
{
    private const double LeastWeight = 1.0 / (1L << 40), MostWeight = 1L << 30;

    public static void Lengths(int scores, int targets, int sampleWeights, int columns, int positions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 1);
        if (targets % positions != 0)
            throw new ArgumentException($"targets has {targets} elements, which is no whole number of samples of {positions} positions.",
                nameof(targets));
        if (scores != (long)targets * columns)
            throw new ArgumentException($"scores has {scores} elements, but {targets} targets need {(long)targets * columns}: " +
                $"{columns} for each.", nameof(scores));
        if (sampleWeights > 0 && sampleWeights != targets)
            throw new ArgumentException($"sampleWeights has {sampleWeights} elements, but there are {targets} targets; " +
                "none leaves them out.",
                nameof(sampleWeights));
    }

    /// <summary>Refuses what is no weight; whether any is neither 0 nor 1.</summary>
    public static bool Weights(ReadOnlySpan<float> sampleWeights)
    {
        var any = false;
        for (var i = 0; i < sampleWeights.Length; i++)
        {
            var weight = sampleWeights[i];
            if (weight is 0 or 1) continue;
            any = true;
            if (!(weight >= LeastWeight && weight <= MostWeight))
                throw new ArgumentOutOfRangeException(nameof(sampleWeights), $"sampleWeights[{i}] = {weight}; " +
                    "a weight multiplies counts, which are exact sums, so it is 0 or from 2^-40 to 2^30.");
        }
        return any;
    }

    /// <summary>
    /// Refuses probabilities outside [0, 1 + 4 eps], and invalid rows where they are errors; ignored rows and those of weight 0 may hold
    /// anything.
    /// </summary>
    public static void Scores<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<int> targets, ReadOnlySpan<float> weights, MetricOptions options, int positions, int row)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (options.Scores == ScoreKind.Logits && !options.Strict) return;
        var (columns, slack) = (options.Classes, 4 * Epsilon<T>());
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] < 0 || (!weights.IsEmpty && weights[i] == 0)) continue;
            var start = i / positions * positions * columns + i % positions;
            var (isNaN, isPositive, isFinite) = (false, false, false);
            for (var c = 0; c < columns; c++)
            {
                var v = double.CreateTruncating(scores[start + c * positions]);
                isNaN |= double.IsNaN(v);
                isPositive |= double.IsPositiveInfinity(v);
                isFinite |= !double.IsNegativeInfinity(v);
                if (options.Scores == ScoreKind.Logits) continue;
                if (options.Scores == ScoreKind.Probabilities ? v < 0 || v > 1 + slack : v > slack)
                    throw new ArgumentOutOfRangeException(nameof(scores), $"scores[{row + i}, {c}] = {v}; " +
                        (options.Scores == ScoreKind.Probabilities
                            ? "a probability is from 0 to 1: Scores says that these are probabilities."
                            : "the logarithm of a probability is at most 0: Scores says that these are log-probabilities."));
            }
            if (options.Strict && (isNaN || (options.Scores == ScoreKind.Logits && columns > 1 && (isPositive || !isFinite))))
                throw new ArgumentException($"scores of row {row + i} are invalid: {(isNaN ? "they hold NaN"
                    : isPositive ? "they hold +infinity" : "all are -infinity")}, and Strict makes that an error.", nameof(scores));
        }
    }

    /// <summary>Refuses to merge what has other options, or rows that are in both or leave a gap.</summary>
    public static void Merge(MetricOptions own, RowRanges rows, MetricOptions others, RowRanges otherRows, bool allowGap, string name)
    {
        if (own != others)
            throw new ArgumentException($"{name} has options of its own, {others}; these are {own}, and only the same merge.", name);
        if (rows.Conflict(otherRows, allowGap) is { } conflict) throw new ArgumentException($"{name} does not fit: {conflict}", name);
    }

    public static double Epsilon<T>() => typeof(T) == typeof(double) ? 1.0 / (1L << 52)
        : typeof(T) == typeof(float) ? 1.0 / (1 << 23) : typeof(T) == typeof(Half) ? 1.0 / (1 << 10) : 1.0 / (1 << 7);
}
