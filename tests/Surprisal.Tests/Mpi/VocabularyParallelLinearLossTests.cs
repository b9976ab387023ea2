using System.Runtime.InteropServices;
using Surprisal.Mpi;
using Surprisal.Training;

namespace Surprisal.Tests.Mpi;

/// <summary>A linear layer's classes on several ranks: the bits of one process, and the numbers of linear cross-entropy.</summary>
public sealed class VocabularyParallelLinearLossTests
{
    public static TheoryData<int, int, int, int> Sizes => new()
    {
        { 1, 1, 1, 1 }, { 9, 16, 3, 2 }, { 9, 17, 1, 2 }, { 1, 100, 33, 4 }, { 127, 100, 16, 3 }, { 128, 333, 17, 6 }, { 129, 333, 64, 8 },
        { 300, 1000, 40, 7 }, { 9, 20, 5, 8 },
    };

    private static IEnumerable<LinearCrossEntropyLoss> Losses(int classes)
    {
        yield return new();
        yield return new() { Reduction = Reduction.Sum, ZLoss = 0.01, LabelSmoothing = 0.1 };
        yield return new() { LabelSmoothing = 0.2, Weight = Enumerable.Range(0, classes).Select(static c => 0.25 + c % 5).ToArray() };
        yield return new() { Normalizer = 7 };
    }

    private static (float[] Hidden, float[] Weight, long[] Targets) Make(int rows, int classes, int features)
    {
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
        var (hidden, weight) = (Numbers(rows * features), Numbers(classes * features));
        long[] targets = [.. Enumerable.Range(0, rows).Select(row => row % 7 == 4 ? -100L : random.Next(classes))];
        for (var row = 4; row < rows; row += 7) hidden[row * features] = float.NaN; // ignored, whatever it holds
        return (hidden, weight, targets);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void AnyNumberOfRanksGivesTheSameBits(int rows, int classes, int features, int parts)
    {
        var (hidden, weight, targets) = Make(rows, classes, features);
        foreach (var loss in Losses(classes))
        {
            var (ofHidden, ofWeight) = (new float[hidden.Length], new float[weight.Length]);
            var expected = new VocabularyParallelLinearLoss(loss, classes, parts).Evaluate(hidden, weight, targets, features, ofHidden, ofWeight);
            for (var ranks = 2; ranks <= parts; ranks++)
            {
                var found = new float[weight.Length];
                Loopback.Run(ranks, group =>
                {
                    var shared = new VocabularyParallelLinearLoss(loss, classes, parts, group);
                    var own = (shared.Columns.Start.Value * features)..(shared.Columns.End.Value * features);
                    var itsHidden = new float[hidden.Length];
                    Assert.Equal(expected, shared.Evaluate(hidden, weight.AsSpan(own), targets, features, itsHidden, found.AsSpan(own)));
                    Assert.Equal(Bits(ofHidden), Bits(itsHidden));
                });
                Assert.Equal(Bits(ofWeight), Bits(found));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void TheNumbersAreThoseOfLinearCrossEntropy(int rows, int classes, int features, int parts)
    {
        var (hidden, weight, targets) = Make(rows, classes, features);
        foreach (var loss in Losses(classes))
        {
            var (h, w, foundH, foundW) = (new float[hidden.Length], new float[weight.Length], new float[hidden.Length], new float[weight.Length]);
            var whole = loss.Evaluate(hidden, weight, targets, features, hiddenGradient: h, weightGradient: w);
            var parted = new VocabularyParallelLinearLoss(loss, classes, parts).Evaluate(hidden, weight, targets, features, foundH, foundW);
            Assert.Equal(whole.Value, parted.Value, Math.Abs(whole.Value) * 1e-5 + 1e-9);
            Assert.Equal(whole.Divisor, parted.Divisor);
            foreach (var (expected, found) in h.Zip(foundH).Concat(w.Zip(foundW))) Assert.Equal(expected, found, Math.Abs(expected) * 1e-4 + 2e-5);
        }
    }

    [Fact]
    public void OnTheTapeTheGradientsAreThoseOfTheSpans()
    {
        var (hidden, weight, targets) = Make(9, 50, 8);
        var loss = new VocabularyParallelLinearLoss(new(), 50, 2);
        var (ofHidden, ofWeight) = (new float[hidden.Length], new float[weight.Length]);
        var value = loss.Evaluate(hidden, weight, targets, 8, ofHidden, ofWeight);
        var (h, w) = (Tensor.Create<float>(hidden).Reshape(9, 8).Detach(), Tensor.Create<float>(weight).Reshape(50, 8).Detach());
        (h.RequiresGrad, w.RequiresGrad) = (true, true);
        var forward = loss.Forward(h, w, Tensor.Create<long>(targets));
        (2 * forward).Backward();
        Assert.Equal((float)value.Value, forward.Item());
        Assert.Equal(ofHidden.Select(static g => 2 * g), h.Grad!.ToArray());
        Assert.Equal(ofWeight.Select(static g => 2 * g), w.Grad!.ToArray());
    }

    [Fact]
    public void NothingThatCountsHasNoGradient()
    {
        var (ofHidden, ofWeight) = (new float[] { 1, 1 }, new float[40]);
        Assert.True(double.IsNaN(new VocabularyParallelLinearLoss(new(), 20, 2).Evaluate([1, float.NaN], new float[40], [-100L], 2, ofHidden, ofWeight).Value));
        Assert.Equal([0, 0], ofHidden);
        Assert.Equal(0, new VocabularyParallelLinearLoss(new() { Reduction = Reduction.Sum }, 20).Evaluate([], new float[40], [], 2).Value);
    }

    [Fact]
    public void WhatCannotBeIsRefused()
    {
        Assert.Throws<ArgumentException>(() => new VocabularyParallelLinearLoss(new() { SoftCap = 3 }, 10));
        Assert.Throws<ArgumentException>(() => new VocabularyParallelLinearLoss(new() { Temperature = 3 }, 10));
        Assert.Throws<ArgumentException>(() => new VocabularyParallelLinearLoss(new() { Reduction = Reduction.None }, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VocabularyParallelLinearLoss(new(), 10, parts: 0));
        Assert.Equal("weight has 19 elements; 20 were expected. (Parameter 'weight')",
            Assert.Throws<ArgumentException>(() => new VocabularyParallelLinearLoss(new(), 10).Evaluate(new float[2], new float[19], [0L], 2)).Message);
        Assert.Throws<ArgumentException>(() => new VocabularyParallelLinearLoss(new(), 10).Evaluate(new float[3], new float[20], [0L], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VocabularyParallelLinearLoss(new(), 10).Evaluate(new float[2], new float[20], [10L], 2));
    }

    private static int[] Bits(float[] numbers) => MemoryMarshal.Cast<float, int>(numbers).ToArray();
}
