using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>Draws from the confusion matrix: binomials against their formula, intervals against rows that are drawn one by one.</summary>
public sealed class CountIntervalTests
{
    [Theory]
    [InlineData(7, 0.3)]
    [InlineData(1000, 0.004)]
    [InlineData(40, 0.5)]
    [InlineData(60, 0.27)]
    [InlineData(900, 0.93)]
    public void BinomialsAreAsOftenAsTheFormulaSays(int n, double p)
    {
        const int Draws = 200_000;
        var seed = Environment.TickCount64;
        var random = new RandomStream(seed);
        var counts = new int[n + 1];
        for (var i = 0; i < Draws; i++) counts[Binomial.Draw(ref random, n, p)]++;
        var logOfTerm = n * Math.Log(1 - p);
        for (var k = 0; k <= n; logOfTerm += Math.Log((n - k) / (k + 1.0) * p / (1 - p)), k++)
        {
            var expected = Draws * Math.Exp(logOfTerm);
            Assert.True(Math.Abs(counts[k] - expected) <= 6 * Math.Sqrt(expected) + 4, $"seed {seed}: {k} came {counts[k]} times instead of {expected:F1}");
        }
    }

    [Fact]
    public void LargeBinomialsHaveTheirMeanAndVariance()
    {
        var seed = Environment.TickCount64;
        var (random, n, p) = (new RandomStream(seed), 10_000_000_000, 1e-4);
        var draws = Enumerable.Range(0, 20_000).Select(_ => Binomial.Draw(ref random, n, p) - n * p).ToList();
        var deviation = Math.Sqrt(n * p * (1 - p));
        Assert.True(Math.Abs(draws.Average()) < 6 * deviation / Math.Sqrt(20_000), $"seed {seed}: mean {draws.Average()}");
        var variance = draws.Average(static d => d * d) / (deviation * deviation);
        Assert.True(variance is > 0.94 and < 1.06, $"seed {seed}: variance {variance}");
        Assert.Equal((0, 0, 5), (Binomial.Draw(ref random, 5, 0), Binomial.Draw(ref random, 0, 0.5), Binomial.Draw(ref random, 5, 1)));
    }

    /// <summary>The ordinary bootstrap: as many rows as there are, drawn with repetition, and both metrics by their definitions.</summary>
    [Theory, InlineData(3, false), InlineData(300, false), InlineData(3, true), InlineData(300, true)]
    public void IntervalsAreThoseOfRowsDrawnOneByOne(int classes, bool weighted)
    {
        const int Rows = 2500, Replicates = 600;
        var seed = Environment.TickCount64;
        var data = ScoreData.Draw(classes, Rows, seed, odd: false);
        for (var i = 0; i < Rows; i++) data.Logits[i * classes + data.Targets[i]] += 3;
        if (weighted) Array.Fill(data.Weights, 0.5f);
        var report = data.Count(0, Rows, Rows, weighted, data.Options with { Replicates = Replicates, Ranking = false, ClassCalibration = false }).Report();
        int[] predicted = [.. Enumerable.Range(0, Rows).Select(i =>
            data.Logits[(i * classes)..((i + 1) * classes)] is var z ? Array.IndexOf(z, z.Max()) : 0)];
        var (f1, matthews, random) = (new double[Replicates], new double[Replicates], new RandomStream(seed + 1));
        for (var r = 0; r < Replicates; r++)
        {
            int[] rows = [.. Enumerable.Range(0, Rows).Select(_ => (int)random.Below(Rows))];
            (f1[r], matthews[r]) = Both(rows, data.Targets, predicted, classes);
        }
        Close(Bootstrap.Percentiles(matthews), report.MatthewsCorrelationInterval);
        Close(Bootstrap.Percentiles(f1), report.MacroF1Interval);
        Assert.InRange(report.MatthewsCorrelation, report.MatthewsCorrelationInterval.Lower, report.MatthewsCorrelationInterval.Upper);

        void Close(Interval expected, Interval actual)
        {
            var by = Math.Max(Math.Abs(expected.Lower - actual.Lower), Math.Abs(expected.Upper - actual.Upper)) / (expected.Upper - expected.Lower);
            Assert.True(by < 0.15, $"seed {seed}: {actual} instead of {expected}");
        }
    }

    /// <summary>
    /// Two cells: n of N rows are class 0, all are taken for it, so macro F1 is n / (N + n), whose slope in n is N / (N + n)^2. The cells
    /// make N together, or the interval would be half as wide.
    /// </summary>
    [Fact]
    public void CellsMakeAllRowsTogether()
    {
        const int Rows = 4000, Classes = 300;
        var metrics = new ClassificationMetrics(new() { Classes = Classes, Scores = ScoreKind.Logits, Ranking = false, ClassCalibration = false });
        var logits = new float[Rows * Classes];
        for (var i = 0; i < Rows; i++) logits[i * Classes] = 1;
        metrics.Add<float, int>(logits, [.. Enumerable.Range(0, Rows).Select(static i => i % 2)]);
        Assert.InRange(metrics.Report().MacroF1Interval.HalfWidth / (1.96 * Math.Sqrt(Rows) / 2 / (2.25 * Rows)), 0.9, 1.1);
    }

    private static (double F1, double Matthews) Both(int[] rows, int[] targets, int[] predicted, int classes)
    {
        var (tp, p, s) = (new double[classes], new double[classes], new double[classes]);
        foreach (var i in rows)
        {
            s[targets[i]]++;
            p[predicted[i]]++;
            if (targets[i] == predicted[i]) tp[targets[i]]++;
        }
        var f1 = Enumerable.Range(0, classes).Where(c => p[c] + s[c] > 0).Average(c => 2 * tp[c] / (p[c] + s[c]));
        double n = rows.Length, above = tp.Sum() * n - p.Zip(s).Sum(static both => both.First * both.Second);
        return (f1, above / Math.Sqrt((n * n - p.Sum(static v => v * v)) * (n * n - s.Sum(static v => v * v))));
    }
}
