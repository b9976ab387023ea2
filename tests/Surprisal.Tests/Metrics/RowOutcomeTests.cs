using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>What is said of single rows: the loss's own bits, and outcomes as a loop over the scores finds them.</summary>
public sealed class RowOutcomeTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1500)]
    public void LossesAreCrossEntropysAndOutcomesThoseOfALoop(int classes)
    {
        var (seed, rows) = (Environment.TickCount64, classes > 1000 ? 150 : 700);
        var data = ScoreData.Draw(classes, rows, seed);
        var expected = new float[rows];
        new CrossEntropyLoss { Reduction = Reduction.None }.Evaluate<float, int>(data.Logits, data.Targets, classes, losses: expected);
        var metrics = new ClassificationMetrics(data.Options);
        var (losses, outcomes) = (new double[rows], new RowOutcome[rows]);
        for (var i = 0; i < rows; i += 64) // batches of any size
            metrics.Add<float, int>(data.Logits.AsSpan((i * classes)..(Math.Min(i + 64, rows) * classes)), data.Targets.AsSpan(i..Math.Min(i + 64, rows)),
                data.Weights.AsSpan(i..Math.Min(i + 64, rows)), 1, losses.AsSpan(i..Math.Min(i + 64, rows)), outcomes.AsSpan(i..Math.Min(i + 64, rows)));
        for (var i = 0; i < rows; i++)
        {
            var outcome = OutcomeOf(data.Logits.AsSpan(i * classes, classes), data.Targets[i], data.Weights[i]);
            Assert.True(outcome == outcomes[i], $"seed {seed}, row {i}: {outcomes[i]} instead of {outcome}");
            if (outcome > RowOutcome.Right) Assert.True(double.IsNaN(losses[i]));
            else Assert.True(expected[i] == losses[i], $"seed {seed}, row {i}: {losses[i]:R} instead of {expected[i]:R}");
        }
        var report = metrics.Report();
        Assert.Equal((report.Correct, report.Counted), (outcomes.Count(static o => o == RowOutcome.Right), outcomes.Count(static o => o <= RowOutcome.Right)));
        Assert.Equal(report.ToString(), data.Count(0, rows, rows, weighted: true).Report().ToString());
        Assert.Equal(metrics.TargetDigest, data.Count(0, rows, rows, weighted: true).TargetDigest);
        Assert.NotEqual(metrics.TargetDigest, data.Count(0, rows, rows).TargetDigest);
    }

    [Fact]
    public void OneColumnPixelsAndProbabilitiesSayTheSame()
    {
        var (losses, outcomes) = (new double[3], new RowOutcome[3]);
        new ClassificationMetrics(new() { Classes = 1, Scores = ScoreKind.Logits }).Add<double, int>([2, 2, 0], [1, 0, 0], default, 1, losses, outcomes);
        Assert.Equal([RowOutcome.Right, RowOutcome.Wrong, RowOutcome.Right], outcomes);
        RowReference.AssertClose(Math.Log(1 + Math.Exp(-2)), losses[0], 1e-14, "softplus(-2)");
        RowReference.AssertClose(Math.Log(1 + Math.Exp(2)), losses[1], 1e-14, "softplus(2)");
        new ClassificationMetrics(new() { Classes = 2, Scores = ScoreKind.Probabilities }).Add<float, int>(
            [0.25f, 0, 0.5f, 0.75f, 1, 0.5f], [1, 1, 0], default, 3, losses, outcomes); // [1, 2, 3]: the positions of one sample
        Assert.Equal([RowOutcome.Right, RowOutcome.Right, RowOutcome.Right], outcomes);
        RowReference.AssertClose(Math.Log(4 / 3.0), losses[0], 1e-14, "-ln 0.75");
        Assert.Equal((0, Math.Log(2)), (losses[1], losses[2]));
    }

    [Fact]
    public void LengthsThatDoNotFitAreRefused()
    {
        var metrics = new ClassificationMetrics(new() { Classes = 2, Scores = ScoreKind.Logits });
        Assert.Equal("losses has 1 elements and outcomes 2, but there are 2 targets; each row has one of both. (Parameter 'losses')",
            Assert.Throws<ArgumentException>(() => metrics.Add<float, int>([1, 2, 3, 4], [0, 1], default, 1, new double[1], new RowOutcome[2])).Message);
        Assert.Equal(0, metrics.Rows);
    }

    private static RowOutcome OutcomeOf(ReadOnlySpan<float> scores, int target, float weight)
    {
        if (target == -100) return RowOutcome.Ignored;
        if (weight == 0) return RowOutcome.ZeroWeight;
        var (best, any) = (0, false);
        for (var c = 0; c < scores.Length; c++)
        {
            if (float.IsNaN(scores[c]) || float.IsPositiveInfinity(scores[c])) return RowOutcome.Invalid;
            any |= !float.IsNegativeInfinity(scores[c]);
            if (scores[c] > scores[best]) best = c;
        }
        return !any ? RowOutcome.Invalid : best == target ? RowOutcome.Right : RowOutcome.Wrong;
    }
}
