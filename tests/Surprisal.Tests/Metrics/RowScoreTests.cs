using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>One row's scores, at every number of classes, alone and among others.</summary>
public sealed class RowScoreTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1000)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(1037)]
    [InlineData(2049)]
    public void RowsAreThoseOfTheSlowReference(int classes)
    {
        var tolerance = classes > 1024 ? 4e-7 : 1e-13; // exponentials are float there
        var seed = Environment.TickCount64;
        var data = ScoreData.Draw(classes, 67, seed);
        double loss = 0, brier = 0, top = 0, hits = 0;
        var (counted, infinite, invalid, ignored) = (0L, 0L, 0L, 0L);
        for (var i = 0; i < data.Rows; i++)
        {
            var row = Array.ConvertAll(data.Logits[(i * classes)..((i + 1) * classes)], static v => (double)v);
            if (data.Targets[i] == -100) ignored++;
            else if (RowReference.Of(row, data.Targets[i]) is not { } one) invalid++;
            else
            {
                var report = data.Count(i, i + 1, 1).Report();
                var which = $"seed {seed}, row {i}";
                Assert.Equal(1, report.Classes[one.Predicted].Predicted);
                RowReference.AssertClose(one.Loss, report.Loss, 2e-7, which);
                RowReference.AssertClose(one.Brier * (classes == 2 ? 0.5 : 1), report.Brier, tolerance, which);
                RowReference.AssertClose(one.Confidence, report.Bins.Where(static bin => bin.Count > 0).Single().Confidence, tolerance, which);
                counted++;
                if (double.IsInfinity(one.Loss)) infinite++;
                (loss, brier) = (loss + one.Loss, brier + one.Brier);
                (top, hits) = (top + (one.Rank < Math.Min(5, classes) ? 1 : 0), hits + (one.Rank == 0 ? 1 : 0));
            }
        }
        var all = data.Count(0, data.Rows, data.Rows).Report();
        Assert.Equal((counted, infinite, invalid, ignored), (all.Counted, all.InfiniteLoss, all.Invalid, all.Ignored));
        RowReference.AssertClose(loss / counted, all.Loss, 2e-7, $"seed {seed}");
        RowReference.AssertClose(brier * (classes == 2 ? 0.5 : 1) / counted, all.Brier, tolerance, $"seed {seed}");
        Assert.Equal((top / counted, hits / counted), (all.TopKAccuracy, all.Accuracy));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(129)]
    [InlineData(1025)]
    [InlineData(2050)]
    [InlineData(4099)]
    public void LossesAreThoseOfCrossEntropyToTheBit(int classes)
    {
        var data = ScoreData.Draw(classes, 100, 3, odd: false);
        foreach (var smoothing in new[] { 0, 0.1 })
        {
            ClassWeights weight = [.. Enumerable.Range(1, classes).Select(static c => c / 4.0)];
            var options = data.Options with { HardestRows = 100, LabelSmoothing = smoothing, Weight = weight };
            var losses = new float[100];
            var loss = new CrossEntropyLoss { Reduction = Reduction.None, LabelSmoothing = smoothing, Weight = weight };
            loss.Evaluate<float, int>(data.Logits, data.Targets, classes, default, losses);
            foreach (var batch in new[] { 1, 7, 100 })
            {
                var report = data.Count(0, 100, batch, options: options).Report();
                foreach (var row in report.HardestRows) Assert.Equal(losses[row.Row], row.Loss);
                Assert.Equal(100, report.HardestRows.Count);
                RowReference.AssertClose((loss with { Reduction = Reduction.Mean }).Evaluate<float, int>(data.Logits, data.Targets, classes).Value,
                    report.Loss, 1e-6, "mean");
            }
        }
    }

    [Fact]
    public void SmallLossesKeepTheirDigits()
    {
        var metrics = new ClassificationMetrics(new() { Classes = 3, Scores = ScoreKind.Logits });
        metrics.Add<double, int>([40, 0, 0], [0]);
        var report = metrics.Report();
        RowReference.AssertClose(1, report.Loss / (2 * Math.Exp(-40)), 1e-14, "loss");
        RowReference.AssertClose(1, report.Brier / (6 * Math.Exp(-80)), 1e-14, "Brier"); // (2 q)^2 + 2 q^2
    }

    [Fact]
    public void OtherTypesAndPositionsAreTheSameRows()
    {
        var data = ScoreData.Draw(5, 60, 9);
        var narrow = Array.ConvertAll(data.Logits, static v => (Half)v);
        var bytes = Array.ConvertAll(data.Targets, static t => t < 0 ? (byte)255 : (byte)t);
        var options = data.Options with { IgnoreIndex = 255 };
        var (expected, halves, pixels) = (new ClassificationMetrics(options), new ClassificationMetrics(options), new ClassificationMetrics(options));
        expected.Add<float, byte>(Array.ConvertAll(narrow, static v => (float)v), bytes);
        halves.Add<Half, byte>(narrow, bytes);
        var transposed = new float[narrow.Length]; // [N, C, positions] of 6 samples with 10 positions
        for (var i = 0; i < 60; i++)
            for (var c = 0; c < 5; c++) transposed[i / 10 * 50 + c * 10 + i % 10] = (float)narrow[i * 5 + c];
        pixels.Add<float, byte>(transposed, bytes, positions: 10);
        Assert.Equal(ScoreData.Text(expected), ScoreData.Text(halves));
        Assert.Equal(ScoreData.Text(expected), ScoreData.Text(pixels));
    }

    [Fact]
    public void OneColumnIsTwoColumnsOfWhichOneIsZero()
    {
        var seed = Environment.TickCount64;
        var data = ScoreData.Draw(1, 500, seed, odd: false);
        var pairs = data.Logits.SelectMany(static z => new[] { 0, z }).ToArray();
        var (one, two) = (data.Count(0, 500, 500), new ClassificationMetrics(data.Options with { Classes = 2 }));
        two.Add<float, int>(pairs, data.Targets);
        var (a, b) = (one.Report(), two.Report());
        Assert.Equal((a.Loss, a.Accuracy, a.Brier, a.MacroF1, a.Auc, a.AveragePrecision, a.ClassWiseEce, a.Kappa),
            (b.Loss, b.Accuracy, b.Brier, b.MacroF1, b.Auc, b.AveragePrecision, b.ClassWiseEce, b.Kappa));
        var sum = data.Logits.Sum(static z => 1 / (1 + Math.Exp(-z))) / 500;
        var confidence = a.Bins.Where(static bin => bin.Count > 0).Sum(static bin => bin.Count * bin.Confidence) / 500;
        RowReference.AssertClose(sum, confidence, 1e-13, "confidence is p of 1");
    }
}
