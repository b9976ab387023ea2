namespace Surprisal.Metrics;

/// <summary>Matthews' correlation and Cohen's kappa of a confusion matrix.</summary>
internal static class Agreement
{
    /// <summary>
    /// (c s - sum S P) / sqrt((s^2 - sum P^2)(s^2 - sum S^2)) with c hits of s rows (Gorodkin 2004); 0 where the denominator is, NaN
    /// without
    /// rows. Of whole rows the three terms are exact.
    /// </summary>
    public static double Matthews(Confusion confusion)
    {
        var (hits, predicted, targets) = (confusion.Hits, confusion.Predicted, confusion.Targets);
        double covariance, ofPredictions, ofTargets;
        if (hits.IsWeighted)
        {
            double c = 0, s = 0, sp = 0, pp = 0, ss = 0;
            for (var k = 0; k < confusion.Classes; k++)
            {
                (c, s) = (c + hits[k], s + targets[k]);
                (sp, pp, ss) = (sp + targets[k] * predicted[k], pp + predicted[k] * predicted[k], ss + targets[k] * targets[k]);
            }
            if (s == 0) return double.NaN;
            (covariance, ofPredictions, ofTargets) = (c * s - sp, s * s - pp, s * s - ss);
        }
        else
        {
            Int128 c = 0, s = 0, sp = 0, pp = 0, ss = 0;
            for (var k = 0; k < confusion.Classes; k++)
            {
                Int128 p = predicted.Rows(k), t = targets.Rows(k);
                (c, s, sp, pp, ss) = (c + hits.Rows(k), s + t, sp + t * p, pp + p * p, ss + t * t);
            }
            if (s == 0) return double.NaN;
            (covariance, ofPredictions, ofTargets) = ((double)(c * s - sp), (double)(s * s - pp), (double)(s * s - ss));
        }
        return Matthews(covariance, ofPredictions, ofTargets);
    }

    /// <summary>From its three terms; 0 where the denominator is.</summary>
    public static double Matthews(double covariance, double ofPredictions, double ofTargets) =>
        ofPredictions > 0 && ofTargets > 0 ? covariance / (Math.Sqrt(ofPredictions) * Math.Sqrt(ofTargets)) : 0;

    /// <summary>
    /// 1 - s sum d C / sum d S P with d = |i - j|^power of the classes' numbers, 0 on the diagonal (Cohen 1960, 1968); NaN where the
    /// denominator is 0, and where d depends on pairs that are not known.
    /// </summary>
    public static double Kappa(Confusion confusion, int power)
    {
        if (power > 0 && !confusion.HasPairs) return double.NaN;
        var (predicted, targets, n) = (confusion.Predicted, confusion.Targets, confusion.Classes);
        var (rows, hits) = (targets.Sum(0, n), confusion.Hits.Sum(0, n));
        var observed = power == 0 ? rows - hits
            : confusion.Mistakes().OrderBy(static m => m.Target).ThenBy(static m => m.Predicted)
                .Sum(m => Math.Pow(Math.Abs(m.Target - m.Predicted), power) * m.Count);
        return 1 - rows * observed / Expected(targets, predicted, n, power) is var kappa && double.IsFinite(kappa) ? kappa : double.NaN;
    }

    /// <summary>sum d S_i P_j in one pass, from the sums of S, i S and of P, j P so far.</summary>
    private static double Expected(RowCounts targets, RowCounts predicted, int n, int power)
    {
        double s = 0, s1 = 0, s2 = 0, p = 0, p1 = 0, p2 = 0, both = 0, apart = 0;
        for (var k = 0; k < n; k++)
        {
            var (t, q) = (targets[k], predicted[k]);
            apart += q * (k * s - s1) + t * (k * p - p1);
            both += t * q;
            (s, s1, s2) = (s + t, s1 + k * t, s2 + (double)k * k * t);
            (p, p1, p2) = (p + q, p1 + k * q, p2 + (double)k * k * q);
        }
        return power switch { 0 => s * p - both, 1 => apart, _ => s2 * p - 2 * s1 * p1 + s * p2 };
    }
}
