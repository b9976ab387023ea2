using System.Text.Json;
using Surprisal.Cli.Exact;
using Surprisal.Kernels;
using Surprisal.Metrics;
using Surprisal.Tests.Cli.Evaluate;
using Surprisal.Tests.Metrics;

namespace Surprisal.Tests.Cli.Exact;

/// <summary>Sorting on disk beside the ranking of rows in memory, of odds that a loop computes in the system's arithmetic.</summary>
public sealed class ExactRankingTests
{
    [Theory]
    [InlineData(1, false, 500)]
    [InlineData(2, false, 37)]
    [InlineData(5, true, 41)]
    [InlineData(5, true, 1)]
    [InlineData(3, false, 2999)]
    [InlineData(3, false, 100_000)]
    public void AreasAreThoseOfTheRankingInMemory(int classes, bool weighted, int rowsInMemory)
    {
        var (seed, rows, all) = (Environment.TickCount64, rowsInMemory == 1 ? 200 : 3000, Math.Max(classes, 2));
        var data = Ties(ScoreData.Draw(classes, rows, seed));
        var folder = Directory.CreateTempSubdirectory("exact-");
        using var exact = new ExactRanking(data.Options, all, rows, weighted, folder.FullName, (weighted ? 12L : 8) * all * rowsInMemory);
        Assert.Equal(rows > rowsInMemory, exact.Bytes > 0);
        for (var i = 0; i < rows; i += 110)
        {
            var end = Math.Min(i + 110, rows);
            exact.Add<float>(data.Logits.AsSpan((i * classes)..(end * classes)), [.. data.Targets[i..end].Select(static t => (long)t)],
                weighted ? data.Weights.AsSpan(i..end) : default, 1);
        }
        var areas = exact.Finish();
        if (!OperatingSystem.IsWindows()) Assert.Empty(folder.GetFiles()); // it has no name while it is used
        var kept = Enumerable.Range(0, rows).Where(i => data.Targets[i] >= 0 && (!weighted || data.Weights[i] > 0) && !double.IsNaN(Odds(data, i, 0))).ToList();
        var weights = kept.Select(i => (double)data.Weights[i]).ToArray();
        for (var c = 0; c < all; c++)
        {
            double[] scores = [.. kept.Select(i => Odds(data, i, c))];
            bool[] positives = [.. kept.Select(i => data.Targets[i] == c)];
            ReadOnlySpan<double> times = weighted ? weights : default;
            var (auc, ap) = (Ranking.Auc(scores, positives, times), Ranking.AveragePrecision(scores, positives, times));
            var bound = weighted ? 1e-13 : 0; // of whole rows the pairs are integers
            Assert.True(Math.Abs(auc - areas[c].Auc) <= bound, $"seed {seed}, class {c}: {areas[c].Auc:R} instead of {auc:R}");
            Assert.True(Math.Abs(ap - areas[c].AveragePrecision) <= 1e-13, $"seed {seed}, class {c}: AP {areas[c].AveragePrecision:R} instead of {ap:R}");
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public void OddsOfEveryKindOfScoresAreTheSameAndTieWhereRowsArePermuted()
    {
        double[] logits = [1, 2, 3.5, 3.5, 1, 2, 60, -300, 0];
        double[] p = [.. Enumerable.Range(0, 9).Select(i => Softmax(logits.AsSpan(i / 3 * 3, 3), i % 3))];
        var (ofLogits, ofLogarithms) = (new double[9], new double[9]);
        Ranking.Odds<double>(logits, new() { Classes = 3, Scores = ScoreKind.Logits }, ofLogits);
        Ranking.Odds<double>([.. p.Select(static v => Math.Log(v))], new() { Classes = 3, Scores = ScoreKind.LogProbabilities }, ofLogarithms);
        Assert.Equal(ofLogits[6], ofLogits[1]); // class 2 of the first row is class 0 of the second
        for (var i = 0; i < 9; i++) if (i % 3 != 2) RowReference.AssertClose(ofLogarithms[i], ofLogits[i], 1e-6, $"{i}");
        Assert.InRange(ofLogits[5], Math.Exp(-361), Math.Exp(-359)); // does not vanish as a probability in float does
        Assert.InRange(ofLogits[2], Math.Exp(59.9), Math.Exp(60.1)); // nor end at 1
        Ranking.Odds<float>([0.25f, float.NaN], new() { Classes = 1, Scores = ScoreKind.Probabilities }, ofLogits.AsSpan(0, 4));
        Assert.Equal([3, double.NaN, (double)(float)(1 / 3.0), double.NaN], ofLogits[..4]);
        Assert.StartsWith("odds has 3 elements, but 1 rows of 2 classes need 2.", Assert.Throws<ArgumentException>(static () =>
            Ranking.Odds<float>([1, 2], new() { Classes = 2, Scores = ScoreKind.Logits }, new double[3])).Message);
    }

    [Fact]
    public void TooLittleSpaceIsSaidBeforeAnythingIsWritten() =>
        Assert.Matches(@"^--exact sorts 9000000000 GB in .+, where \d+(\.\d)? [MG]B are free: the folder of the first output, or with none ",
            Assert.Throws<IOException>(static () => new SortedRuns(Path.GetTempPath(), 2, false, 9_000_000_000_000_000_000)).Message);

    [Fact]
    public void TheCommandSaysTheExactNumbersWithoutABound()
    {
        using var files = new ScoreFixture();
        var (exit, output, errors) = files.Run("evaluate --logits ./z.npy --targets ./y.npy --exact --json ./e.json");
        Assert.Equal(("", 0), (errors, exit));
        Assert.Contains("\nranking: exact, by sorting all rows.\n", output);
        var exact = JsonDocument.Parse(File.ReadAllText(files.At("e.json"))).RootElement;
        var cells = files.Json("--logits ./z.npy --targets ./y.npy");
        var data = new ScoreData(ScoreFixture.Classes, files.Logits, [.. files.Targets.Select(static t => (int)t)], []);
        var mean = Enumerable.Range(0, data.Classes).Average(c => Ranking.Auc([.. Enumerable.Range(0, data.Rows).Select(i => Odds(data, i, c))],
            [.. data.Targets.Select(t => t == c)]));
        var (auc, bound) = (cells.GetProperty("metrics").GetProperty("auc"), exact.GetProperty("metrics").GetProperty("auc"));
        Assert.Equal((mean, 0), (bound.GetProperty("value").GetDouble(), bound.GetProperty("within").GetDouble()));
        Assert.InRange(Math.Abs(mean - auc.GetProperty("value").GetDouble()), 0, auc.GetProperty("within").GetDouble());
        foreach (var (line, message) in new[]
        {
            ("--exact --multi-label", "--exact and --multi-label exclude each other: --exact goes with one class a row."),
            ("--exact --shard 1/2", "--exact and --shard exclude each other: an exact ranking needs all rows in one run."),
        })
            Assert.StartsWith($"surprisal: {message}\n", files.Run($"evaluate --logits ./z.npy --targets ./y.npy {line}").Errors);
    }

    /// <summary>Rows again with their scores in another order, so that odds are equal but for their last bits.</summary>
    private static ScoreData Ties(ScoreData data)
    {
        var logits = (float[])data.Logits.Clone();
        for (var i = 5; i < data.Rows; i += 5)
            for (var c = 0; c < data.Classes; c++) logits[i * data.Classes + c] = logits[(i - 5) * data.Classes + (c + 1) % data.Classes];
        return data with { Logits = logits };
    }

    private static double Odds(ScoreData data, int row, int c)
    {
        double[] z = [.. data.Logits.AsSpan(row * data.Classes, data.Classes).ToArray().Select(static v => (double)v)];
        if (data.Classes > 1 && (z.Any(static v => double.IsNaN(v) || double.IsPositiveInfinity(v)) || z.All(double.IsNegativeInfinity))) return double.NaN;
        if (data.Classes == 1) z = [0, z[0]];
        if (z.Any(double.IsNaN)) return double.NaN;
        if (double.IsPositiveInfinity(z[^1])) return c == 1 ? double.PositiveInfinity : 0;
        if (double.IsNegativeInfinity(z[c])) return 0;
        var others = z.Where((_, j) => j != c).Sum(v => Math.Exp(v - z[c]));
        return (float)(1 / others);
    }

    private static double Softmax(ReadOnlySpan<double> z, int c)
    {
        var sum = 0.0;
        foreach (var v in z) sum += Math.Exp(v - z[c]);
        return 1 / sum;
    }
}
