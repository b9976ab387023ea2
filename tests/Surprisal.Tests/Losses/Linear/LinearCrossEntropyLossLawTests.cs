using Surprisal.Tests.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>Question 4: does what must be equal have the same bits? Schedules, threads, rows that do not count, reductions.</summary>
[Collection(Serial.Name)]
public sealed class LinearCrossEntropyLossLawTests
{
    public static TheoryData<bool, bool> Kinds => new() { { false, false }, { true, false }, { false, true }, { true, true } };

    /// <summary>Kept and made again, blocks of 64 to 512 rows, groups of one tile and of many.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void MemoryLimitAndThreadsChangeNoBit(bool hasProbabilities, bool hasOptions)
    {
        var loss = hasOptions ? new LinearCrossEntropyLoss { LabelSmoothing = 0.1, SoftCap = 4, ZLoss = 0.01 } : new();
        foreach (var (rows, features, classes) in new[] { (600, 33, 700), (70, 16, 400), (300, 64, 193) })
        {
            var example = LinearExample.Draw(104, rows, features, classes, hasProbabilities: hasProbabilities);
            var expected = Serial.On(1, () => example.Evaluate<float>(loss));
            foreach (var limit in new long?[] { null, 0, 60_000, 250_000, 1_000_000, 2_000_000, long.MaxValue })
                foreach (var threads in new[] { 1, 2, 3, 8 })
                {
                    var (result, losses, gradients) =
                        Serial.On(threads, () => example.Evaluate<float>(loss with { MemoryLimit = limit }), minParallelWork: 0);
                    var about = $"seed {example.Seed}, limit {limit}, {threads} threads";
                    Assert.True(expected.Result == result, about);
                    Assert.True(expected.Losses.AsSpan().SequenceEqual(losses), about);
                    Assert.True(expected.Gradients.AsSpan().SequenceEqual(gradients), about);
                }
        }
    }

    /// <summary>Rows that are ignored might as well not be there, whatever they hold: smoothing, weights and sample weights included.</summary>
    [Theory, InlineData(0, false), InlineData(0.1, false), InlineData(0.1, true)]
    public void IgnoredRowsAreRemoved(double smoothing, bool hasSampleWeights)
    {
        var example = LinearExample.Draw(105, 150, 40, 300, hasSampleWeights: hasSampleWeights);
        var loss = new LinearCrossEntropyLoss { LabelSmoothing = smoothing, Weight = Enumerable.Range(0, 300).Select(static c => 0.5 + c % 5).ToArray() };
        bool Counts(int row) => example.Targets[row] != -100 && (!hasSampleWeights || example.SampleWeights[row] != 0);
        int[] used = [.. Enumerable.Range(0, 150).Where(Counts)];
        var hidden = example.Hidden.ToArray();
        for (var row = 0; row < 150; row++)
            if (!Counts(row)) hidden.AsSpan(row * 40, 40).Fill(row % 2 == 0 ? float.NaN : float.PositiveInfinity);
        var all = (example with { Hidden = hidden }).Evaluate<float>(loss);
        var few = (example with
        {
            Rows = used.Length, Targets = [.. used.Select(row => example.Targets[row])],
            Hidden = [.. used.SelectMany(row => example.Hidden.Skip(row * 40).Take(40))],
            SampleWeights = hasSampleWeights ? [.. used.Select(row => example.SampleWeights[row])] : [],
        }).Evaluate<float>(loss);
        Assert.Equal(few.Result, all.Result);
        Assert.Equal(few.Losses, used.Select(row => all.Losses[row]));
        Assert.Equal(few.Gradients[(used.Length * 40)..], all.Gradients[(150 * 40)..]);
        for (var row = 0; row < 150; row++)
        {
            var place = Array.IndexOf(used, row);
            Assert.Equal(place < 0 ? new float[40] : few.Gradients[(place * 40)..(place * 40 + 40)], all.Gradients[(row * 40)..(row * 40 + 40)]);
            if (place < 0) Assert.Equal(0, all.Losses[row]);
        }
    }

    [Fact]
    public void TheSumIsThatOfTheRows()
    {
        var example = LinearExample.Draw(106, 100, 33, 250);
        var (sum, losses, _) = example.Evaluate<double>(new() { Reduction = Reduction.Sum });
        Assert.Equal(losses.Sum(), sum.Value, 1e-12 * sum.Value);
        Assert.Equal(sum.Value / example.Targets.Count(static t => t >= 0), example.Evaluate<double>(new()).Result.Value, 1e-12 * sum.Value);
    }

    /// <summary>The same number on every logit changes no probability.</summary>
    [Fact]
    public void AShiftByTheBiasChangesNothing()
    {
        var example = LinearExample.Draw(107, 100, 33, 250);
        var shifted = example with { Bias = [.. example.Bias.Select(static b => b + 64)] };
        var (expected, _, gradients) = example.Evaluate<double>(new());
        var (actual, _, others) = shifted.Evaluate<double>(new());
        Assert.Equal(expected.Value, actual.Value, 1e-5); // the bias is rounded to float
        Assert.True(LinearExample.Distance<double>(gradients, others) < 1e-5);
    }

    /// <summary>A gradient that nobody wants changes none of the others.</summary>
    [Fact]
    public void EachGradientAloneIsTheSame()
    {
        var example = LinearExample.Draw(108, 100, 40, 250);
        var (_, _, all) = example.Evaluate<float>(new());
        float[] dx = new float[example.Hidden.Length], dw = new float[example.Weight.Length], db = new float[example.Bias.Length];
        var loss = new LinearCrossEntropyLoss();
        loss.Evaluate<float, long>(example.Hidden, example.Weight, example.Targets, 40, example.Bias, hiddenGradient: dx);
        loss.Evaluate<float, long>(example.Hidden, example.Weight, example.Targets, 40, example.Bias, weightGradient: dw);
        loss.Evaluate<float, long>(example.Hidden, example.Weight, example.Targets, 40, example.Bias, biasGradient: db);
        Assert.Equal(all, (float[])[.. dx, .. dw, .. db]);
    }

    [Fact]
    public void WhatNothingCountsInIsNothing()
    {
        foreach (var rows in new[] { 0, 3 })
        {
            var example = LinearExample.Draw(1, rows, 40, 20) with { Targets = [.. Enumerable.Repeat(-100L, rows)] };
            var (result, losses, gradients) = example.Evaluate<float>(new());
            Assert.True(double.IsNaN(result.Value));
            Assert.Equal(0, result.Sum);
            Assert.Equal(0, example.Evaluate<float>(new() { Reduction = Reduction.Sum }).Result.Value);
            Assert.All(losses, static each => Assert.Equal(0, each));
            Assert.All(gradients, static each => Assert.Equal(0, each));
            Assert.Equal(0, example.Evaluate<float>(new() { WhenEmpty = EmptyMean.Zero }).Result.Value);
            Assert.Throws<InvalidOperationException>(() => example.Evaluate<float>(new() { WhenEmpty = EmptyMean.Error }));
        }
    }

    /// <summary>Micro-batches of 3 and 61 rows that count, divided by the divisor of all, are the whole batch.</summary>
    [Fact]
    public void MicroBatchesAddUp()
    {
        var example = LinearExample.Draw(109, 64, 40, 200);
        for (var row = 0; row < 64; row++) example.Targets[row] = Math.Max(example.Targets[row], 0);
        var whole = example.Evaluate<float>(new());
        var loss = new LinearCrossEntropyLoss();
        loss = loss with { Normalizer = loss.Divisor<long>(example.Targets, 200) };
        var parts = new[] { 0..3, 3..64 }.Select(part => (example with
        {
            Rows = part.End.Value - part.Start.Value, Targets = example.Targets[part],
            Hidden = example.Hidden[(part.Start.Value * 40)..(part.End.Value * 40)],
        }).Evaluate<float>(loss)).ToArray();
        Assert.Equal(whole.Result.Value, parts.Sum(static part => part.Result.Value), 1e-12);
        var weights = parts[0].Gradients[(3 * 40)..].Zip(parts[1].Gradients[(61 * 40)..], static (a, b) => a + b).ToArray();
        double[] expected = [.. whole.Gradients[(64 * 40)..].Select(static g => (double)g)];
        Assert.True(LinearExample.Distance<float>(expected, weights) < 1e-6);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var example = LinearExample.Draw(1, 100, 40, 300);
        float[] dx = new float[example.Hidden.Length], dw = new float[example.Weight.Length], db = new float[example.Bias.Length];
        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            new LinearCrossEntropyLoss().Evaluate<float, long>(example.Hidden, example.Weight, example.Targets, 40, example.Bias, dx, dw, db);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        for (var i = 0; i < 3; i++) Allocated();
        Assert.InRange(Allocated(), 0, 200); // the record
    }
}
