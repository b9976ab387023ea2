using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>Differences of two models: against formulas, against replicates drawn row by row, and what is refused.</summary>
public sealed class MetricComparisonTests
{
    private const int Rows = 4000, Classes = 4;

    private static readonly ScoreData first = ScoreData.Draw(Classes, Rows, 8, odd: false);
    private static readonly ScoreData second = Better(first, 1);
    private static readonly MetricOptions options = first.Options with { Replicates = 400 };

    [Fact]
    public void DifferencesAreThoseOfTheReports()
    {
        var (a, b) = (Metrics(first, options), Metrics(second, options));
        var none = MetricComparison.Of(a, Metrics(first, options));
        Assert.Equal((0, 0, 0, 0, new Interval(0, 0, 0)), (none.Loss, none.Accuracy, none.Brier, none.Ece, none.EceInterval));
        var comparison = MetricComparison.Of(a, b);
        var (before, after) = (a.Report(), b.Report());
        Assert.Equal((after.Loss - before.Loss, after.Accuracy - before.Accuracy), (comparison.Loss, comparison.Accuracy));
        Assert.Equal((after.Brier - before.Brier, after.Ece - before.Ece), (comparison.Brier, comparison.Ece));
        Assert.True(comparison.LossInterval.Lower < comparison.Loss && comparison.Loss < comparison.LossInterval.Upper && comparison.LossInterval.Upper < 0);
    }

    /// <summary>Paired: the variance of a difference of hits is that of +1, 0 and -1, (b + c - (b - c)^2 / n) / n^2; unpaired it would be wider.</summary>
    [Fact]
    public void TheIntervalOfTheAccuracyIsAsWideAsPairsSay()
    {
        var near = Better(first, 0.2f);
        var (x, y) = (Hits(first), Hits(near));
        double b = x.Zip(y).Count(static p => p.First && !p.Second), c = x.Zip(y).Count(static p => p.Second && !p.First);
        var expected = 1.96 * Math.Sqrt(b + c - (b - c) * (b - c) / Rows) / Rows;
        var comparison = MetricComparison.Of(Metrics(first, options with { Replicates = 1000 }), Metrics(near, options with { Replicates = 1000 }));
        Assert.Equal((c - b) / Rows, comparison.Accuracy, 1e-12);
        Assert.InRange(comparison.AccuracyInterval.HalfWidth / expected, 0.85, 1.15);
        Assert.True(comparison.AccuracyInterval.HalfWidth < 0.6 * Metrics(first, options).Report().AccuracyInterval.HalfWidth);
    }

    /// <summary>Each replicate as rows that count as often as their group was drawn, binned again.</summary>
    [Fact]
    public void TheIntervalOfTheCalibrationIsThatOfReplicatesDrawnRowByRow()
    {
        const int Replicates = 60, Groups = 37;
        var small = options with { Replicates = Replicates, Groups = Groups, Seed = 3, Bins = 10 };
        var values = new double[Replicates];
        for (var r = 0; r < Replicates; r++)
        {
            var random = new RandomStream(3, ~(long)r);
            var times = Enumerable.Range(0, Groups).Select(_ => Bootstrap.Poisson(random.Next())).ToArray();
            values[r] = Ece(second, times) - Ece(first, times);
        }
        var expected = Bootstrap.Percentiles(values);
        var interval = MetricComparison.Of(Metrics(first, small), Metrics(second, small)).EceInterval;
        Assert.Equal(expected.Lower, interval.Lower, 1e-12);
        Assert.Equal(expected.Upper, interval.Upper, 1e-12);
    }

    [Fact]
    public void OneColumnAndTwoHaveNoCalibrationInCommon()
    {
        double[] column = [2, -1, 0.5, -3];
        double[] both = [0, 2, 0, -1, 0, 0.5, 0, -3];
        int[] targets = [1, 0, 0, 1];
        var (one, two) = (new ClassificationMetrics(new() { Classes = 1, Scores = ScoreKind.Logits }),
            new ClassificationMetrics(new() { Classes = 2, Scores = ScoreKind.Logits }));
        one.Add<double, int>(column, targets);
        two.Add<double, int>(both, targets);
        var comparison = MetricComparison.Of(one, two);
        Assert.Equal((0, 0, 0), (comparison.Loss, comparison.Accuracy, comparison.Brier));
        Assert.True(double.IsNaN(comparison.Ece) && double.IsNaN(comparison.EceInterval.Lower));
    }

    [Fact]
    public void WhatDiffersIsNamed()
    {
        Refused("second has Seed 2, but first 0; models are compared with the same options.", first, options with { Seed = 2 });
        Refused("second has Groups 7, but first 1024; models are compared with the same options.", first, options with { Groups = 7 });
        Refused("second has Bins 10, but first 15; models are compared with the same options.", first, options with { Bins = 10 });
        Refused("second has LabelSmoothing 0.1, but first 0; models are compared with the same options.", first, options with { LabelSmoothing = 0.1 });
        Refused("second has another Weight than first; models are compared with the same weights of classes.", first,
            options with { Weight = [1, 1, 1, 2] });
        var targets = (int[])first.Targets.Clone();
        targets[7] = (targets[7] + 1) % Classes;
        Refused("second has other targets or sample weights than first; models are compared on the same data.", first with { Targets = targets }, options);
        var logits = (float[])first.Logits.Clone();
        logits[5] = float.NaN;
        Refused("second has other invalid rows (1) than first (0); models are compared on the rows that count for both.", first with { Logits = logits },
            options);
        var refusal = Assert.Throws<ArgumentException>(() => MetricComparison.Of(Metrics(first, options), first.Count(0, Rows - 1, Rows, options: options)));
        Assert.StartsWith("second has rows 0..3998, but first rows 0..3999; models are compared on the same rows.", refusal.Message);
    }

    [Fact]
    public void WhichRowsAreInvalidCountsNotHowMany()
    {
        var (one, other) = ((float[])first.Logits.Clone(), (float[])first.Logits.Clone());
        (one[0], other[4]) = (float.NaN, float.NaN);
        Assert.Throws<ArgumentException>(() =>
            MetricComparison.Of(Metrics(first with { Logits = one }, options), Metrics(first with { Logits = other }, options)));
        MetricComparison.Of(Metrics(first with { Logits = one }, options), Metrics(Better(first with { Logits = one }, 1), options));
    }

    private static void Refused(string message, ScoreData data, MetricOptions other) => Assert.Equal($"{message} (Parameter 'second')",
        Assert.Throws<ArgumentException>(() => MetricComparison.Of(Metrics(first, options), Metrics(data, other))).Message);

    private static ClassificationMetrics Metrics(ScoreData data, MetricOptions options) => data.Count(0, Rows, 999, options: options);

    private static ScoreData Better(ScoreData data, float by)
    {
        var logits = (float[])data.Logits.Clone();
        for (var i = 0; i < Rows; i++) logits[Classes * i + data.Targets[i]] += by;
        return data with { Logits = logits };
    }

    private static bool[] Hits(ScoreData data) =>
        [.. Enumerable.Range(0, Rows).Select(i => data.Logits[(i * Classes)..((i + 1) * Classes)] is var z && Array.IndexOf(z, z.Max()) == data.Targets[i])];

    private static double Ece(ScoreData data, int[] times)
    {
        var (hits, confidences, total, each) = (new double[10], new double[10], 0.0, Hits(data));
        for (var i = 0; i < Rows; i++)
        {
            var z = data.Logits[(i * Classes)..((i + 1) * Classes)].Select(static v => (double)v).ToArray();
            var p = 1 / z.Sum(v => Math.Exp(v - z.Max()));
            var (bin, count) = (Enumerable.Range(0, 10).First(m => p <= (m + 1) / 10.0), times[new RandomStream(3, i).Next() % (ulong)times.Length]);
            (hits[bin], confidences[bin], total) = (hits[bin] + (each[i] ? count : 0), confidences[bin] + count * p, total + count);
        }
        return hits.Zip(confidences).Sum(static bin => Math.Abs(bin.First - bin.Second)) / total;
    }
}
