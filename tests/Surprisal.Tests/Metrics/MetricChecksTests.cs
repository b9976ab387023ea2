using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>What is refused, in whole messages, with nothing counted; and that batches allocate nothing.</summary>
public sealed class MetricChecksTests
{
    /// <summary>Where no negative is above, precision is 1: of many rows of a cell, or with weights, too.</summary>
    [Theory, InlineData(200, 1f), InlineData(3, 0.5f)]
    public void AveragePrecisionOfPositivesAboveAllNegativesIsOne(int positives, float weight)
    {
        var metrics = new ClassificationMetrics(new() { Classes = 1, Scores = ScoreKind.Logits });
        float[] logits = [.. Enumerable.Repeat(3f, positives), -2, -2];
        int[] targets = [.. Enumerable.Repeat(1, positives), 0, 0];
        metrics.Add<float, int>(logits, targets, Array.ConvertAll(targets, _ => weight));
        Assert.Equal((1.0, 1.0), metrics.Report().Classes[1].AveragePrecision);
    }

    private static readonly MetricOptions logits = new() { Classes = 3, Scores = ScoreKind.Logits };

    [Fact]
    public void BatchesThatDoNotFitAreRefused()
    {
        Refused("scores has 5 elements, but 2 targets need 6: 3 for each. (Parameter 'scores')", logits, [1, 2, 3, 4, 5], [0, 1]);
        Refused("targets[1] = 3 is out of bounds: classes are 0..2 and ignore_index is -100. (Parameter 'target')",
            logits, [1, 2, 3, 4, 5, 6], [0, 3], name: true);
        Refused("sampleWeights has 1 elements, but there are 2 targets; none leaves them out. (Parameter 'sampleWeights')",
            logits, [1, 2, 3, 4, 5, 6], [0, 1], [1]);
        foreach (var weight in new[] { -1, float.NaN, float.PositiveInfinity, 1e-30f })
            Refused($"sampleWeights[1] = {weight}; a weight multiplies counts, which are exact sums, so it is 0 or from 2^-40 to 2^30. " +
                "(Parameter 'sampleWeights')",
                logits, [1, 2, 3, 4, 5, 6], [0, 1], [1, weight]);
        var probabilities = logits with { Scores = ScoreKind.Probabilities };
        Refused("scores[1, 2] = 1.5; a probability is from 0 to 1: Scores says that these are probabilities. (Parameter 'scores')",
            probabilities, [0, 0, 1, 0, 0, 1.5], [0, 1]);
        Refused("scores[0, 0] = 0.5; the logarithm of a probability is at most 0: Scores says that these are log-probabilities. (Parameter 'scores')",
            logits with { Scores = ScoreKind.LogProbabilities }, [0.5, -1, -1], [0]);
        Refused("scores of row 1 are invalid: they hold NaN, and Strict makes that an error. (Parameter 'scores')",
            logits with { Strict = true }, [0, 0, 1, 0, double.NaN, 1.5], [0, 1]);
        var metrics = new ClassificationMetrics(probabilities);
        metrics.Add<double, int>([9, 9, 9, 1 + 4e-16, 0, 0, 5, 5, 5], [-100, 0, 1], [1, 1, 0]); // nobody reads what does not count
        Assert.Equal((1, 1, 1), (metrics.Report().Counted, metrics.Report().Ignored, metrics.Report().ZeroWeight));
    }

    [Fact]
    public void OptionsThatDoNotFitAreRefused()
    {
        (string Message, Action Build)[] cases =
        [
            ("Classes is 0; a row has at least one score, so it must be 1 or more. (Parameter 'Classes')", static () => _ = logits with { Classes = 0 }),
            ("Bins is 0; all rows are in one of them, so it must be 1 or more. (Parameter 'Bins')", static () => _ = logits with { Bins = 0 }),
            ("Clip is 1; it is a probability of 0 or more and below 1. (Parameter 'Clip')", static () => _ = logits with { Clip = 1 }),
            ("Weight[1] = -1; metrics take weights of 0 and more that are finite. (Parameter 'Weight')", static () => _ = logits with { Weight = [1, -1, 1] }),
            ("TopK is 4, but there are 3 classes; the target is always among all. (Parameter 'options')",
                static () => _ = new ClassificationMetrics(logits with { TopK = 4 })),
            ("Weight has 2 weights, but there are 3 classes; each needs one. (Parameter 'options')",
                static () => _ = new ClassificationMetrics(logits with { Weight = [1, 1] })),
            ("LabelSmoothing is 0.1, but Scores is Probabilities; smoothing is a part of cross-entropy from logits. (Parameter 'options')",
                static () => _ = new ClassificationMetrics(logits with { LabelSmoothing = 0.1, Scores = ScoreKind.Probabilities })),
        ];
        foreach (var (message, build) in cases) Assert.Equal(message, Assert.ThrowsAny<ArgumentException>(build).Message.Split('\n')[0]);
    }

    [Fact]
    public void LabelsAreZeroOrOne()
    {
        var metrics = new MultiLabelMetrics(logits);
        Assert.Equal("targets[1, 2] = 2; a label is the case, 1, or not, 0, and -100 is ignored. (Parameter 'targets')",
            Assert.Throws<ArgumentOutOfRangeException>(() => metrics.Add<float, int>([1, 2, 3, 4, 5, 6], [0, 1, 0, 1, 0, 2])).Message);
        metrics.Add<float, int>([1, 2, 3, float.NaN, 5, 6, 1, -2, 3], [-100, 1, 0, 1, 0, 1, 1, 0, 1]);
        var report = metrics.Report();
        Assert.Equal((1, 1, 1, 1, 0), (report.Counted, report.Ignored, report.Invalid, report.SubsetAccuracy, report.HammingLoss));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(200)]
    public void BatchesAllocateNothing(int classes)
    {
        var data = ScoreData.Draw(classes, 500, 2);
        var metrics = data.Count(0, 500, 250, weighted: true);
        for (var round = 0; round < 3; round++) metrics.Add<float, int>(data.Logits, data.Targets, data.Weights);
        var before = GC.GetAllocatedBytesForCurrentThread();
        metrics.Add<float, int>(data.Logits, data.Targets, data.Weights);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Refused(string message, MetricOptions options, double[] scores, int[] targets, float[]? weights = null, bool name = false)
    {
        var metrics = new ClassificationMetrics(options);
        var error = Assert.ThrowsAny<ArgumentException>(() => metrics.Add<double, int>(scores, targets, weights));
        if (name) Assert.StartsWith(message.Split(" (")[0], error.Message);
        else Assert.Equal(message, error.Message);
        Assert.Equal((0, 0), (metrics.Rows, metrics.NextRow));
        Assert.Equal(0, metrics.Report().Counted + metrics.Report().Ignored + metrics.Report().Invalid);
    }
}
