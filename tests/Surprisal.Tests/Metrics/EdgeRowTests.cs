using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>Rows that do not count, ties, and metrics that are not defined.</summary>
public sealed class EdgeRowTests
{
    private const double Inf = double.PositiveInfinity, NaN = double.NaN;

    private static ClassificationReport Report(MetricOptions options, double[] scores, int[] targets, float[]? weights = null)
    {
        var metrics = new ClassificationMetrics(options);
        metrics.Add<double, int>(scores, targets, weights);
        return metrics.Report();
    }

    private static MetricOptions Logits(int classes) => new() { Classes = classes, Scores = ScoreKind.Logits, Replicates = 20 };

    [Fact]
    public void EachRowIsOneOfFourKinds()
    {
        var report = Report(Logits(2), [NaN, 0, NaN, 0, NaN, 0, Inf, 0, -Inf, -Inf, 1, 0, -Inf, 0],
            [-100, 0, 1, 0, 0, 0, 0], [1, 0, 1, 1, 1, 1, 1]);
        Assert.Equal((2, 1, 1, 3, 1), (report.Counted, report.Ignored, report.ZeroWeight, report.Invalid, report.InfiniteLoss));
        Assert.Equal(Inf, report.Loss);
        Assert.Equal(0.5, report.Accuracy);
    }

    [Fact]
    public void TheFirstLineOfTheTableSaysWhatBecameOfTheRows() =>
        Assert.StartsWith("rows        1 counted, 1 ignored, 1 of weight 0, 1 invalid, 0 not normalised, 0 of infinite loss\n" +
            "loss        0.6931, perplexity 2.0000, 1.0000 bits\n",
            Report(Logits(2) with { Replicates = 0 }, [0, 0, NaN, 0, NaN, 0, NaN, 0], [1, -100, 0, 0], [1, 1, 0, 1]).ToString());

    [Fact]
    public void BitsAreSharedByTheBytesOfTheText()
    {
        var report = Report(Logits(2), [0, 0, 0, 0, 0, 0], [1, 0, 1]);
        Assert.Equal(1.5, report.BitsPerByte(2), 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => report.BitsPerByte(0));
    }

    [Fact]
    public void PairsOfManyClassesAreKeptAsTheyOccur()
    {
        const int classes = 2049;
        (int Target, int Predicted)[] rows = [(3, 5), (3, 5), (7, 7), (2048, 0), (9, 0), (3, 4)];
        var scores = new double[rows.Length * classes];
        for (var i = 0; i < rows.Length; i++) scores[i * classes + rows[i].Predicted] = 1;
        var report = Report(Logits(classes), scores, [.. rows.Select(static row => row.Target)]);
        Assert.Equal([(3, 5, 2), (3, 4, 1), (9, 0, 1), (2048, 0, 1)],
            report.ConfusedPairs.Select(static pair => (pair.Target, pair.Predicted, (int)pair.Count)));
        Assert.Equal((2, 1, 0), (report.Count(3, 5), report.Count(7, 7), report.Count(5, 3)));
        foreach (var (power, kappa) in new[] { (0, report.Kappa), (1, report.LinearKappa), (2, report.QuadraticKappa) })
        {
            double Apart(int a, int b) => power == 0 ? (a == b ? 0 : 1) : Math.Pow(Math.Abs(a - b), power);
            var expected = rows.Sum(row => rows.Sum(other => Apart(row.Target, other.Predicted)));
            RowReference.AssertClose(1 - rows.Length * rows.Sum(row => Apart(row.Target, row.Predicted)) / expected, kappa, 1e-14, $"power {power}");
        }
        Assert.Equal("target is 2049; classes are 0..2048. (Parameter 'target')\nActual value was 2049.",
            Assert.Throws<ArgumentOutOfRangeException>(() => report.Count(2049, 0)).Message);
    }

    [Fact]
    public void WithoutRowsEverythingIsNaNAndCountsAreZero()
    {
        foreach (var metrics in new[] { Report(Logits(3), [], []), Report(Logits(3), [1, 2, 3, NaN, 0, 0], [-100, 1]) })
        {
            Assert.Equal((0, 0.0), (metrics.Counted, metrics.Weight));
            foreach (var value in new[]
            {
                metrics.Loss, metrics.Perplexity, metrics.Bits, metrics.Accuracy, metrics.TopKAccuracy, metrics.BalancedAccuracy,
                metrics.AdjustedBalancedAccuracy, metrics.MacroF1, metrics.WeightedF1, metrics.MatthewsCorrelation, metrics.Kappa, metrics.LinearKappa,
                metrics.MeanIou, metrics.Auc, metrics.AveragePrecision.Lower, metrics.Brier, metrics.Ece, metrics.MaximumCalibrationError, metrics.EqualMassEce,
                metrics.ClassWiseEce, metrics.LossInterval.Lower,
            }) Assert.Equal(NaN, value);
            Assert.Contains("0 counted", metrics.ToString());
        }
    }

    [Fact]
    public void OneClassHasNoCorrelationNoKappaAndNoArea()
    {
        var report = Report(Logits(2), [1, 0, 2, 0], [0, 0]);
        Assert.Equal((1, 0, NaN, NaN, NaN, 0),
            (report.Accuracy, report.MatthewsCorrelation, report.Kappa, report.AdjustedBalancedAccuracy, report.Auc, report.AucClasses));
        Assert.Equal((1, 1), (report.MacroF1, report.MeanIou)); // class 1 occurs nowhere
        Assert.True(double.IsNaN(report.Classes[1].AveragePrecision.Lower));
    }

    [Theory]
    [InlineData(ZeroDivision.Zero, 0, 1 / 6.0)]
    [InlineData(ZeroDivision.One, 1, 0.5)]
    [InlineData(ZeroDivision.NaN, NaN, 0.25)]
    public void AbsentClassesAreThoseOfTheTable(ZeroDivision zero, double undefined, double macroRecall)
    {
        // class 0: both; 1: a target, never predicted; 2: predicted, no target; 3: neither
        var report = Report(Logits(4) with { ZeroDivision = zero }, [9, 0, 0, 0, 0, 0, 9, 0, 9, 0, 0, 0], [0, 0, 1]);
        Assert.Equal((0.5, 0.5, 0.5), (report.Classes[0].Precision, report.Classes[0].Recall, report.Classes[0].F1));
        Assert.Equal((undefined, 0, 0), (report.Classes[1].Precision, report.Classes[1].Recall, report.Classes[1].F1));
        Assert.Equal((0, undefined, 0), (report.Classes[2].Precision, report.Classes[2].Recall, report.Classes[2].F1));
        Assert.Equal((undefined, undefined, undefined), (report.Classes[3].Precision, report.Classes[3].Recall, report.Classes[3].F1));
        Assert.Equal(0.5 / 3, report.MacroF1, 1e-15);
        Assert.Equal(macroRecall, report.MacroRecall, 1e-15);
        Assert.Equal(0.25, report.BalancedAccuracy);
        Assert.Contains(" -", report.ToString());
    }

    [Fact]
    public void OfEqualScoresTheLowestClassIsFirst()
    {
        var report = Report(Logits(3) with { TopK = 2 }, [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, -0.0, -1], [0, 1, 2, 1]);
        Assert.Equal((0.25, 0.75), (report.Accuracy, report.TopKAccuracy));
        Assert.Equal(0.75, Report(Logits(3) with { TopK = 3 }, [1, 1, 1, 1, 1, 1, 1, 1, 1, NaN, 0, 0], [0, 1, 2, 0]).TopKAccuracy * 0.75);
        Assert.Equal((0, 1), (Report(Logits(1), [0, 0], [1, 1]).Accuracy, Report(Logits(1), [0, 0], [0, 0]).Accuracy));
    }

    [Fact]
    public void ConstantScoresHaveAnAreaOfHalfAndNoCalibrationErrorByMass()
    {
        var report = Report(Logits(2), [.. Enumerable.Repeat(1.0, 40)], [.. Enumerable.Range(0, 20).Select(static i => i % 2)]);
        Assert.Equal((0.5, 0.5), (report.Auc, report.Auc));
        Assert.InRange(0.5, report.AveragePrecision.Lower, report.AveragePrecision.Upper);
        Assert.Equal((0, 0), (report.EqualMassEce, report.Ece));
    }

    [Fact]
    public void InfiniteColumnsAreCertain()
    {
        var report = Report(Logits(1), [Inf, -Inf, Inf], [1, 0, 0]);
        Assert.Equal((3, 0, 1), (report.Counted, report.Invalid, report.InfiniteLoss));
        Assert.Equal((2 / 3.0, 1 / 3.0), (report.Accuracy, report.Brier));
    }

    [Fact]
    public void ProbabilitiesAreUsedAsGiven()
    {
        var options = new MetricOptions { Classes = 2, Scores = ScoreKind.Probabilities, Replicates = 0 };
        var report = Report(options, [0.2, 0.3, 1, 0], [0, 1]);
        Assert.Equal((1, 1, Inf), (report.NotNormalised, report.InfiniteLoss, report.Loss));
        Assert.Equal((0.8 * 0.8 + 0.3 * 0.3 + 2) / 4, report.Brier, 1e-15);
        Assert.Equal((-Math.Log(0.2) - Math.Log(1e-3)) / 2, Report(options with { Clip = 1e-3 }, [0.2, 0.3, 1, 0], [0, 1]).Loss, 1e-14);
        Assert.Equal(-Math.Log(1e-9), Report(options with { Classes = 1 }, [1 - 1e-9], [0]).Loss, 1e-6);
        Assert.Equal(0, Report(options, [1, 0], [0]).Loss); // perfect is 0, not an epsilon
    }

    [Fact]
    public void WeightsAreRepetitions()
    {
        var data = ScoreData.Draw(4, 50, 12);
        var (scores, targets) = (new List<double>(), new List<int>());
        var weights = data.Targets.Select(static (_, i) => (float)(i % 4)).ToArray();
        for (var i = 0; i < 50; i++)
            for (var k = 0; k < weights[i]; k++)
            {
                scores.AddRange(data.Logits[(4 * i)..(4 * i + 4)].Select(static v => (double)v));
                targets.Add(data.Targets[i]);
            }
        var a = Report(Logits(4), Array.ConvertAll(data.Logits, static v => (double)v), data.Targets, weights);
        var b = Report(Logits(4), [.. scores], [.. targets]);
        foreach (var (x, y) in new[]
        {
            (a.Loss, b.Loss), (a.Accuracy, b.Accuracy), (a.MacroF1, b.MacroF1), (a.MatthewsCorrelation, b.MatthewsCorrelation), (a.Kappa, b.Kappa),
            (a.Auc, b.Auc), (a.AveragePrecision.Upper, b.AveragePrecision.Upper), (a.Brier, b.Brier), (a.Ece, b.Ece), (a.Weight, b.Weight),
        }) RowReference.AssertClose(y, x, 1e-13, "weighted");
    }
}
