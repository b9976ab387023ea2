using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>The curves of ranking have the areas that the report states, and the histogram of losses has every row once.</summary>
public sealed class CurveTests
{
    [Theory, InlineData(2), InlineData(5)]
    public void TheAreaUnderTheCurveIsTheReports(int classes)
    {
        var data = ScoreData.Draw(classes, 4000, 5, odd: false);
        var metrics = data.Count(0, data.Rows, data.Rows);
        var report = metrics.Report();
        for (var c = 0; c < classes; c++)
        {
            var curve = metrics.RocCurve(c);
            Assert.Equal(((0, 0), (1, 1)), (curve[0], curve[^1]));
            Assert.InRange(curve.Count, 3, 600);
            var area = 0.0;
            for (var i = 1; i < curve.Count; i++)
            {
                Assert.True(curve[i].FalsePositiveRate >= curve[i - 1].FalsePositiveRate && curve[i].TruePositiveRate >= curve[i - 1].TruePositiveRate);
                area += (curve[i].FalsePositiveRate - curve[i - 1].FalsePositiveRate) * (curve[i].TruePositiveRate + curve[i - 1].TruePositiveRate) / 2;
            }
            Assert.Equal(report.Classes[c].Auc, area, 4e-3); // points nearer than 1/256 are left out
            var precision = metrics.PrecisionRecallCurve(c);
            Assert.Equal(1, precision[^1].Recall);
            Assert.Equal(report.Classes[c].Support / report.Weight, precision[^1].Precision, 1e-12);
        }
    }

    [Fact]
    public void AClassThatIsAbsentOrAloneHasNoCurve()
    {
        var metrics = new ClassificationMetrics(new() { Classes = 3, Scores = ScoreKind.Logits });
        metrics.Add<float, int>([1, 2, 3, 3, 2, 1], [0, 0]);
        Assert.Empty(metrics.RocCurve(0));
        Assert.Empty(metrics.RocCurve(1));
        Assert.NotEmpty(metrics.PrecisionRecallCurve(0));
        Assert.Empty(metrics.PrecisionRecallCurve(2));
        Assert.Equal("index", Assert.Throws<ArgumentOutOfRangeException>(() => metrics.RocCurve(3)).ParamName);
        Assert.Empty(new ClassificationMetrics(new() { Classes = 3, Scores = ScoreKind.Logits, Ranking = false }).RocCurve(0));
    }

    [Theory, InlineData(1), InlineData(7), InlineData(40), InlineData(400)]
    public void EveryCountedRowIsInOneBinOfLosses(int most)
    {
        var metrics = new ClassificationMetrics(new() { Classes = 2, Scores = ScoreKind.Logits });
        float[] losses = [0.001f, 0.049f, 0.051f, 0.52f, 1.02f, 1.02f, 3.03f, 12.01f, 19.99f, 20.5f, 80, float.PositiveInfinity]; // off the edges
        // The loss of [0, z] and class 0 is ln(1 + e^z).
        foreach (var loss in losses)
            if (float.IsFinite(loss)) metrics.Add<double, int>([0, Math.Log(Math.Exp(loss) - 1)], [0]);
            else metrics.Add<double, int>([double.NegativeInfinity, 0], [0]);
        var bins = metrics.LossHistogram(most);
        Assert.InRange(bins.Count, 1, most);
        Assert.Equal(metrics.Report().Counted, bins.Sum(static bin => bin.Count));
        var width = bins[0].Upper;
        for (var i = 0; i < bins.Count - 1; i++)
            Assert.Equal(losses.Count(loss => loss >= i * width && loss < (i + 1) * width), bins[i].Count);
        Assert.Empty(new ClassificationMetrics(new() { Classes = 2, Scores = ScoreKind.Logits }).LossHistogram());
    }
}
