using System.Text.Json;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>The numbers of scikit-learn 1.2.1, where its definitions are ours; metrics.py says where they are not.</summary>
public sealed class MetricsGoldenTests
{
    private static readonly Lazy<JsonElement> golden = new(static () => Golden.Open("Metrics/metrics.json"));

    public static TheoryData<string> Singles => [.. golden.Value.GetProperty("single").EnumerateArray().Select(static c => c.GetProperty("name").GetString()!)];

    public static TheoryData<string> Multis => [.. golden.Value.GetProperty("multi").EnumerateArray().Select(static c => c.GetProperty("name").GetString()!)];

    [Theory, MemberData(nameof(Singles))]
    public void SingleLabelMetricsAreThoseOfScikitLearn(string name)
    {
        var c = Case("single", name);
        var classes = c.GetProperty("classes").GetInt32();
        var logits = Numbers(c.GetProperty("logits")).Select(static v => (float)v).ToArray();
        var targets = c.GetProperty("targets").ReadInts();
        var weights = Weights(c);
        var metrics = new ClassificationMetrics(new() { Classes = classes, Scores = ScoreKind.Logits, TopK = 2 });
        metrics.Add<float, int>(logits, targets, weights);
        var m = c.GetProperty("metrics");
        var report = metrics.Report();
        Near(m, "loss", report.Loss, 1e-7); // float logits: losses as the kernel rounds them
        foreach (var (key, value) in new[]
        {
            ("accuracy", report.Accuracy), ("balanced", report.BalancedAccuracy), ("adjusted", report.AdjustedBalancedAccuracy),
            ("mcc", report.MatthewsCorrelation), ("kappa", report.Kappa), ("linear", report.LinearKappa), ("quadratic", report.QuadraticKappa),
            ("top2", report.TopKAccuracy), ("iou", report.MeanIou), ("brier", report.Brier), ("ece", report.Ece), ("mce", report.MaximumCalibrationError),
            ("class-wise", report.ClassWiseEce), ("macro precision", report.MacroPrecision), ("macro recall", report.MacroRecall),
            ("macro f1", report.MacroF1), ("weighted precision", report.WeightedPrecision), ("weighted recall", report.WeightedRecall),
            ("weighted f1", report.WeightedF1),
        }) Near(m, key, value, 1e-12);
        var confusion = Numbers(m.GetProperty("confusion"));
        for (var i = 0; i < classes * classes; i++) Assert.Equal(confusion[i], report.Count(i / classes, i % classes));
        CompareRanking(c, report, classes, targets, weights);
        AreTheSameOfProbabilities(c, report, targets, weights);
    }

    /// <summary>Exact functions equal scikit-learn's; cells hold them within their bounds.</summary>
    private static void CompareRanking(JsonElement c, ClassificationReport report, int classes, int[] targets, float[] weights)
    {
        var probabilities = Numbers(c.GetProperty("probabilities"));
        var (auc, ap) = (Numbers(c.GetProperty("metrics").GetProperty("auc")), Numbers(c.GetProperty("metrics").GetProperty("ap")));
        for (var k = 0; k < classes; k++)
        {
            var scores = targets.Select((_, i) => probabilities[i * classes + k]).ToArray();
            var positives = Array.ConvertAll(targets, t => t == k);
            Near(auc[k], Surprisal.Metrics.Ranking.Auc(scores, positives, Array.ConvertAll(weights, static w => (double)w)), 1e-12);
            Near(ap[k], Surprisal.Metrics.Ranking.AveragePrecision(scores, positives, Array.ConvertAll(weights, static w => (double)w)), 1e-12);
            var of = report.Classes[k];
            if (double.IsNaN(auc[k])) Assert.True(double.IsNaN(of.Auc));
            else Assert.InRange(auc[k], of.Auc - of.AucError - 1e-12, of.Auc + of.AucError + 1e-12);
            if (double.IsNaN(ap[k])) Assert.True(double.IsNaN(of.AveragePrecision.Lower));
            else Assert.InRange(ap[k], of.AveragePrecision.Lower - 1e-12, of.AveragePrecision.Upper + 1e-12);
        }
        Assert.Equal(auc.Count(static a => !double.IsNaN(a)), report.AucClasses);
    }

    private static void AreTheSameOfProbabilities(JsonElement c, ClassificationReport report, int[] targets, float[] weights)
    {
        var probabilities = Numbers(c.GetProperty("probabilities"));
        foreach (var kind in new[] { ScoreKind.Probabilities, ScoreKind.LogProbabilities })
        {
            var metrics = new ClassificationMetrics(new() { Classes = c.GetProperty("classes").GetInt32(), Scores = kind, TopK = 2, Replicates = 0 });
            metrics.Add<double, int>(kind == ScoreKind.Probabilities ? probabilities : Array.ConvertAll(probabilities, Math.Log), targets, weights);
            var other = metrics.Report();
            Near(c.GetProperty("metrics"), "loss", other.Loss, 1e-13);
            foreach (var (a, b) in new[]
            {
                (report.Accuracy, other.Accuracy), (report.Brier, other.Brier), (report.Ece, other.Ece), (report.ClassWiseEce, other.ClassWiseEce),
                (report.EqualMassEce, other.EqualMassEce), (report.TopKAccuracy, other.TopKAccuracy), (0, other.NotNormalised),
            }) Near(a, b, 1e-12);
        }
    }

    [Theory, MemberData(nameof(Multis))]
    public void MultiLabelMetricsAreThoseOfScikitLearn(string name)
    {
        var c = Case("multi", name);
        foreach (var zero in new[] { ZeroDivision.Zero, ZeroDivision.One })
        {
            var metrics = new MultiLabelMetrics(new() { Classes = c.GetProperty("labels").GetInt32(), Scores = ScoreKind.Logits, ZeroDivision = zero });
            metrics.Add<double, int>(Numbers(c.GetProperty("logits")), c.GetProperty("targets").ReadInts(), Weights(c));
            var (m, report) = (c.GetProperty("metrics"), metrics.Report());
            Near(m, zero == ZeroDivision.Zero ? "samples" : "samples of 1", report.SamplesF1, 1e-12);
            if (zero == ZeroDivision.One) continue;
            foreach (var (key, value) in new[]
            {
                ("subset", report.SubsetAccuracy), ("hamming", report.HammingLoss), ("loss", report.Loss), ("lrap", report.LabelRankingPrecision),
                ("macro", report.MacroF1), ("micro", report.MicroF1), ("weighted", report.WeightedF1),
            }) Near(m, key, value, 1e-12);
        }
    }

    [Fact]
    public void SumsAreThoseOfFsum()
    {
        foreach (var c in golden.Value.GetProperty("sums").EnumerateArray())
        {
            var sums = new ExactSums(3);
            foreach (var term in Numbers(c.GetProperty("terms"))) sums.Add(1, term);
            Assert.Equal(c.GetProperty("sum").GetDouble(), sums[1]);
            Assert.Equal((0, 0), (sums[0], sums[2]));
        }
    }

    [Fact]
    public void QuantilesAreThoseOfNumpy()
    {
        foreach (var c in golden.Value.GetProperty("quantiles").EnumerateArray())
        {
            var interval = Bootstrap.Percentiles([double.NaN, .. Numbers(c.GetProperty("values"))]);
            Near(c.GetProperty("low").GetDouble(), interval.Lower, 1e-15);
            Near(c.GetProperty("high").GetDouble(), interval.Upper, 1e-15);
            Assert.Equal(1, interval.Undefined);
        }
    }

    private static JsonElement Case(string kind, string name) =>
        golden.Value.GetProperty(kind).EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

    private static float[] Weights(JsonElement c) =>
        c.GetProperty("weights").ValueKind == JsonValueKind.Null ? [] : [.. Numbers(c.GetProperty("weights")).Select(static w => (float)w)];

    private static double[] Numbers(JsonElement json) => [.. json.EnumerateArray().Select(static v => v.ReadDouble())];

    private static void Near(JsonElement m, string key, double value, double tolerance) => Near(m.GetProperty(key).ReadDouble(), value, tolerance, key);

    private static void Near(double expected, double actual, double tolerance, string what = "") =>
        Assert.True(expected.Equals(actual) || Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)),
            $"{what}: {actual:R}, expected {expected:R}");
}
