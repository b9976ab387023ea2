using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>What one row of logits comes down to, slowly and with the system's exp and log.</summary>
internal sealed record RowReference(int Predicted, int Rank, double Loss, double Confidence, double Brier, double[] Probabilities)
{
    /// <summary>Null for an invalid row.</summary>
    public static RowReference? Of(ReadOnlySpan<double> z, int target)
    {
        var (max, predicted) = (double.NegativeInfinity, 0);
        for (var c = 0; c < z.Length; c++)
        {
            if (double.IsNaN(z[c]) || double.IsPositiveInfinity(z[c])) return null;
            if (z[c] > max) (max, predicted) = (z[c], c);
        }
        if (double.IsNegativeInfinity(max)) return null;
        var e = new double[z.Length];
        for (var c = 0; c < z.Length; c++) e[c] = Math.Exp(z[c] - max);
        var total = e.Sum();
        var (rank, brier) = (0, 0.0);
        for (var c = 0; c < z.Length; c++)
        {
            if (z[c] > z[target] || (z[c] == z[target] && c < target)) rank++;
            var difference = c == target ? (total - e[c]) / total : e[c] / total;
            brier += difference * difference;
        }
        return new(predicted, rank, Math.Log(total) + max - z[target], 1 / total, brier, Array.ConvertAll(e, v => v / total));
    }

    public static void AssertClose(double expected, double actual, double tolerance, string what) =>
        Assert.True(expected.Equals(actual) || Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)),
            $"{what}: {actual:R}, expected {expected:R}");
}
