using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>Rows of logits in tiles, and passes over them: sums that no cut of the rows changes.</summary>
internal static class TemperatureData
{
    private const int RowsAtOnce = 64;

    /// <summary>The logits as rows of two classes or more: the caller's memory where they are that already.</summary>
    public static ReadOnlySpan<T> Rows<T>(ReadOnlySpan<T> logits, int rows, int classes, int positions)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        positions == 1 && classes > 1 ? logits
            : ScoreLayout.Rows(logits, new T[rows * Math.Max(classes, 2)], 0, rows, new() { Classes = classes, Scores = ScoreKind.Logits },
                positions);

    /// <summary>
    /// Adds L, L' and L'' of all rows at each beta to sums 3 k, 3 k + 1 and 3 k + 2, and what they weigh to the last sum.
    /// </summary>
    public static void Add<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> targets,
        int classes,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<double> betas,
        ExactSums sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var memory = new Scratch<double>(classes * RowsAtOnce, aligned: true);
        var tile = new ScoreTile(memory.Span, default, classes, RowsAtOnce);
        Span<double> row = stackalloc double[TemperatureRows.Numbers * Lanes<double>.Count];
        for (var first = 0; first < targets.Length; first += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, targets.Length - first);
            tile.Load(logits.Slice(first * classes, count * classes), 0, count);
            for (var i = 0; i < count; i += Lanes<double>.Count)
            {
                var of = targets.Slice(first + i, Math.Min(Lanes<double>.Count, count - i));
                for (var k = 0; k < betas.Length; k++)
                {
                    TemperatureRows.Block(ref tile.Scores[i], classes, RowsAtOnce, betas[k], of, row);
                    for (var j = 0; j < of.Length; j++)
                    {
                        var weight = weights.IsEmpty ? 1 : weights[first + i + j];
                        if (of[j] < 0 || weight == 0 || row[24 + j] == 0) continue;
                        for (var kind = 0; kind < 3; kind++) sums.Add(3 * k + kind, weight * row[8 * kind + j]);
                        if (k == 0) sums.Add(sums.Count - 1, weight);
                    }
                }
            }
        }
    }

    /// <summary>
    /// Whether all rows that count are constant; whether each target has its row's largest logit; whether any row counts.
    /// </summary>
    public static (bool IsFlat, bool AreLargest, bool Any) Look<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<int> targets, int classes, ReadOnlySpan<float> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (isFlat, areLargest, any) = (true, true, false);
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] < 0 || (!weights.IsEmpty && weights[i] == 0)) continue;
            var row = logits.Slice(i * classes, classes);
            var (max, isValid, isConstant) = (row[0], true, true);
            foreach (var z in row)
            {
                isValid &= !T.IsNaN(z) && !T.IsPositiveInfinity(z);
                isConstant &= z == row[0];
                if (z > max) max = z;
            }
            if (!isValid || T.IsNegativeInfinity(row[targets[i]])) continue;
            any = true;
            isFlat &= isConstant;
            areLargest &= row[targets[i]] == max;
        }
        return (isFlat, areLargest, any);
    }
}
