using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>Bins and cells against definitions written out.</summary>
public sealed class CalibrationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(15)]
    [InlineData(1000)]
    public void BinsAreClosedOnTheRightAtTheRoundedQuotient(int bins)
    {
        var edges = new CalibrationEdges(bins);
        var random = new RandomStream(bins);
        double[] points = [0, 1, 1 + 1e-15, double.Epsilon, .. Enumerable.Range(0, 500).Select(_ => random.Uniform()),
            .. Enumerable.Range(0, bins + 1).SelectMany(m => new[]
                { (double)m / bins, Math.BitIncrement((double)m / bins), Math.BitDecrement((double)m / bins) })];
        foreach (var p in points.Where(static p => p >= 0))
        {
            var expected = 1;
            while (expected < bins && p > (double)expected / bins) expected++;
            Assert.Equal(expected - 1, edges.Find(p));
        }
    }

    /// <summary>Lengths about a block of lanes and about what is split at once; edges of bins, and their neighbours, among them.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(15, 0)]
    [InlineData(15, 7)]
    [InlineData(15, 128)]
    [InlineData(10, 129)]
    [InlineData(7, 5000)]
    [InlineData(1000, 5000)]
    public void ManyAtOnceAreCountedAndSummedAsOneByOne(int bins, int count)
    {
        var (edges, random) = (new CalibrationEdges(bins), new RandomStream(bins + count));
        var p = Enumerable.Range(0, count).Select(i => (random.Below(8), (double)random.Below((ulong)bins + 1) / bins) switch
        {
            (0, var edge) => edge,
            (1, var edge) => Math.BitIncrement(edge),
            (2, var edge) => Math.Max(0, Math.BitDecrement(edge)),
            (3, _) => random.Uniform() * 1e-12,
            (4, _) => 1 - random.Uniform() * 1e-12,
            _ => random.Uniform(),
        }).ToArray();
        var table = new long[CalibrationBins.Length(bins)];
        CalibrationBins.Add(p, bins, table);
        for (var m = 0; m < bins; m++)
        {
            var inBin = p.Where(x => edges.Find(x) == m).ToArray();
            var units = inBin.Aggregate(Int128.Zero, static (sum, x) => sum + (Int128)Math.Round(x * 4611686018427387904.0));
            Assert.Equal((inBin.Length, units), CalibrationBins.Of(table, m));
        }
    }

    [Fact]
    public void EqualMassDealsWholeCells()
    {
        var seed = Environment.TickCount64;
        var random = new RandomStream(seed);
        double[] levels = [0.55, 0.6, 0.7, 0.75, 0.9, 0.97]; // each in a cell of its own
        // Every second level is always right, the others never: what is dealt to which bin decides what cancels.
        var rows = Enumerable.Range(0, 97).Select(_ => (int)random.Below(6)).Select(k => (P: levels[k], Hit: k % 2 == 0))
            .OrderBy(static row => row.P).ToArray();
        var mass = new EqualMass();
        foreach (var (p, hit) in rows) mass.Add(p / (1 - p), p, hit, 1, 1);
        var others = 0;
        foreach (var bins in new[] { 1, 2, 3, 4, 5, 15 })
        {
            RowReference.AssertClose(Error(bins, half: true), mass.Error(bins), 1e-13, $"seed {seed}, {bins} bins");
            if (Math.Abs(Error(bins, half: false) - mass.Error(bins)) > 1e-3) others++;
        }
        Assert.True(others > 0, $"seed {seed}: cells by their lower ends give the same, so nothing was tested.");

        double Error(int bins, bool half)
        {
            var gaps = new double[bins];
            foreach (var level in levels)
            {
                var (below, n) = (rows.Count(row => row.P < level), rows.Count(row => row.P == level));
                var bin = Math.Min(bins - 1, bins * (2 * below + (half ? n : 0)) / (2 * rows.Length));
                gaps[bin] += rows.Where(row => row.P == level).Sum(static row => (row.Hit ? 1 : 0) - row.P);
            }
            return gaps.Sum(Math.Abs) / rows.Length;
        }
    }

    [Fact]
    public void CellsKeepTheOrderOfOdds()
    {
        foreach (var bits in new[] { 10, 12, 16 })
        {
            var last = -1;
            foreach (var odds in new[] { 0, double.Epsilon, 1e-300, 1e-30, 0.1, 0.5, 1, 1.9, 2, 4, 1e30, 1e300, double.PositiveInfinity })
            {
                var cell = OddsCells.Find(odds, bits);
                Assert.InRange(cell, last, (1 << bits) - 1);
                last = cell;
            }
        }
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(20, true)]
    [InlineData(300, false)]
    public void CellsHoldTheExactAreaAndPrecisionWithinTheirBounds(int classes, bool weighted)
    {
        var seed = Environment.TickCount64;
        var random = new RandomStream(seed);
        var cells = new RankingCells(classes);
        if (weighted) cells.UseWeights();
        var (scores, positives, weights) = (new double[3000], new bool[3000], new double[3000]);
        for (var i = 0; i < 3000; i++)
        {
            positives[i] = random.Below(4) == 0;
            scores[i] = Math.Exp(Math.Round(16 * (random.Normal() + (positives[i] ? 1 : 0))) / 16); // with ties
            weights[i] = weighted ? (1 + random.Below(8)) / 4.0 : 1;
            cells.Add(classes - 1, scores[i], positives[i], weighted ? RowCounts.Units((float)weights[i]) : 1);
        }
        var (area, precision) = (PairArea(scores, positives, weights), Surprisal.Metrics.Ranking.AveragePrecision(scores, positives, weights));
        RowReference.AssertClose(area, Surprisal.Metrics.Ranking.Auc(scores, positives, weights), 1e-12, $"seed {seed}");
        var (value, error) = cells.Auc(classes - 1);
        Assert.InRange(area, value - error - 1e-12, value + error + 1e-12);
        Assert.InRange(error, 0, classes > 256 ? 0.25 : 0.05);
        var (lower, upper) = cells.AveragePrecision(classes - 1);
        Assert.InRange(precision, lower - 1e-12, upper + 1e-12);
        Assert.True(double.IsNaN(cells.Auc(0).Value) && double.IsNaN(cells.AveragePrecision(0).Upper));
    }

    private static double PairArea(double[] scores, bool[] positives, double[] weights)
    {
        var (sum, all) = (0.0, 0.0);
        for (var i = 0; i < scores.Length; i++)
            for (var j = 0; j < scores.Length; j++)
            {
                if (!positives[i] || positives[j]) continue;
                all += weights[i] * weights[j];
                sum += weights[i] * weights[j] * (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0);
            }
        return sum / all;
    }
}
