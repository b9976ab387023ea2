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
        var weight = (ClassWeights)Enumerable.Range(0, classes).Select(static c => 0.25 + c % 5).ToArray();
        yield return new();
        yield return new() { Reduction = Reduction.Sum, ZLoss = 0.01, LabelSmoothing = 0.1 };
        yield return new() { LabelSmoothing = 0.2, Weight = weight };
        yield return new() { Normalizer = 7, SoftCap = 2 };
        yield return new() { Weight = weight, ZLoss = 0.02, Temperature = 1.7 };
        yield return new() { Weight = weight, ZLoss = 0.02, LabelSmoothing = 0.1, SoftCap = 1.5, Temperature = 0.6 };
    }

    private static Operands Make(int rows, int classes, int features)
    {
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
        var made = new Operands(Numbers(rows * features), Numbers(classes * features),
            [.. Enumerable.Range(0, rows).Select(row => row % 7 == 4 ? -100L : random.Next(classes))], features, Numbers(classes),
            [.. Enumerable.Range(0, rows).Select(static row => row % 5 == 3 ? 0 : 0.5f + row % 3)]);
        for (var row = 0; row < rows; row++)
            if (row % 7 == 4) made.Hidden[row * features] = float.NaN; // ignored, whatever it holds
        return made;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void AnyNumberOfRanksGivesTheSameBits(int rows, int classes, int features, int parts)
    {
        foreach (var given in Make(rows, classes, features).WithAndWithout())
            foreach (var loss in Losses(classes))
            {
                var expected = given.Evaluate(new(loss, classes, parts));
                for (var ranks = 2; ranks <= parts; ranks++)
                {
                    var found = new Results(given);
                    Loopback.Run(ranks, group =>
                    {
                        var shared = new VocabularyParallelLinearLoss(loss, classes, parts, group);
                        var own = shared.Columns;
                        var ofWeights = (own.Start.Value * features)..(own.End.Value * features);
                        var (itsHidden, itsLosses) = (new float[given.Hidden.Length], new float[rows]);
                        var value = shared.Evaluate(given.Hidden, given.Weight.AsSpan(ofWeights), given.Targets, features,
                            given.Bias.Length == 0 ? default : given.Bias.AsSpan(own), itsHidden, found.OfWeight.AsSpan(ofWeights),
                            found.OfBias.AsSpan(own), itsLosses, given.SampleWeights);
                        Assert.Equal(expected.Value, value);
                        Assert.Equal(Bits(expected.OfHidden), Bits(itsHidden));
                        Assert.Equal(Bits(expected.Losses), Bits(itsLosses));
                    });
                    Assert.Equal(Bits(expected.OfWeight), Bits(found.OfWeight));
                    Assert.Equal(Bits(expected.OfBias), Bits(found.OfBias));
                }
            }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void TheNumbersAreThoseOfLinearCrossEntropy(int rows, int classes, int features, int parts)
    {
        foreach (var given in Make(rows, classes, features).WithAndWithout())
            foreach (var loss in Losses(classes))
            {
                var whole = new Results(given);
                whole.Value = loss.Evaluate(given.Hidden, given.Weight, given.Targets, features, given.Bias, whole.OfHidden, whole.OfWeight,
                    whole.OfBias, whole.Losses, given.SampleWeights);
                var parted = given.Evaluate(new(loss, classes, parts));
                Assert.Equal(whole.Value.Value, parted.Value.Value, Math.Abs(whole.Value.Value) * 1e-5 + 1e-9);
                Assert.Equal(whole.Value.Divisor, parted.Value.Divisor);
                foreach (var (expected, found) in whole.Numbers.Zip(parted.Numbers))
                    Assert.Equal(expected, found, Math.Abs(expected) * 1e-4 + 2e-5);
            }
    }

    [Fact]
    public void OnTheTapeTheGradientsAreThoseOfTheSpans()
    {
        var given = Make(9, 50, 8);
        var loss = new VocabularyParallelLinearLoss(new() { SoftCap = 2 }, 50, 2);
        var spans = given.Evaluate(loss);
        var (h, w, b) = (Tensor.Create<float>(given.Hidden).Reshape(9, 8).Detach(), Tensor.Create<float>(given.Weight).Reshape(50, 8).Detach(),
            Tensor.Create<float>(given.Bias));
        h.RequiresGrad = w.RequiresGrad = b.RequiresGrad = true;
        var forward = loss.Forward(h, w, Tensor.Create<long>(given.Targets), b, Tensor.Create<float>(given.SampleWeights));
        (2 * forward).Backward();
        Assert.Equal((float)spans.Value.Value, forward.Item());
        Assert.Equal(spans.OfHidden.Select(static g => 2 * g), h.Grad!.ToArray());
        Assert.Equal(spans.OfWeight.Select(static g => 2 * g), w.Grad!.ToArray());
        Assert.Equal(spans.OfBias.Select(static g => 2 * g), b.Grad!.ToArray());
    }

    [Fact]
    public void NothingThatCountsHasNoGradient()
    {
        var (ofHidden, ofWeight) = (new float[] { 1, 1 }, new float[40]);
        Assert.True(double.IsNaN(new VocabularyParallelLinearLoss(new(), 20, 2)
            .Evaluate([1, float.NaN], new float[40], [-100L], 2, hiddenGradient: ofHidden, weightGradient: ofWeight).Value));
        Assert.Equal([0, 0], ofHidden);
        Assert.Equal(0, new VocabularyParallelLinearLoss(new() { Reduction = Reduction.Sum }, 20).Evaluate([], new float[40], [], 2).Value);
    }

    [Fact]
    public void WhatCannotBeIsRefused()
    {
        Assert.Throws<ArgumentException>(() => new VocabularyParallelLinearLoss(new() { Reduction = Reduction.None }, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VocabularyParallelLinearLoss(new(), 10, parts: 0));
        Assert.Equal("weight has 19 elements; 20 were expected. (Parameter 'weight')",
            Assert.Throws<ArgumentException>(() => new VocabularyParallelLinearLoss(new(), 10).Evaluate(new float[2], new float[19], [0L], 2)).Message);
        Assert.Throws<ArgumentException>(() => new VocabularyParallelLinearLoss(new(), 10).Evaluate(new float[3], new float[20], [0L], 2));
        Assert.Equal("bias has 9 elements; 10 were expected, or none. (Parameter 'bias')", Assert.Throws<ArgumentException>(() =>
            new VocabularyParallelLinearLoss(new(), 10).Evaluate(new float[2], new float[20], [0L], 2, new float[9])).Message);
        Assert.Throws<ArgumentException>(() =>
            new VocabularyParallelLinearLoss(new(), 10).Evaluate(new float[2], new float[20], [0L], 2, sampleWeights: new float[2]));
        Assert.Throws<InvalidOperationException>(() => new VocabularyParallelLinearLoss(new() { WhenEmpty = EmptyMean.Error }, 10)
            .Evaluate(new float[2], new float[20], [-100L], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VocabularyParallelLinearLoss(new(), 10).Evaluate(new float[2], new float[20], [10L], 2));
    }

    private static int[] Bits(float[] numbers) => MemoryMarshal.Cast<float, int>(numbers).ToArray();

    private sealed record Operands(float[] Hidden, float[] Weight, long[] Targets, int Features, float[] Bias, float[] SampleWeights)
    {
        public IEnumerable<Operands> WithAndWithout() => [this, this with { Bias = [] }, this with { SampleWeights = [] }];

        public Results Evaluate(VocabularyParallelLinearLoss loss)
        {
            var results = new Results(this);
            results.Value = loss.Evaluate(Hidden, Weight, Targets, Features, Bias, results.OfHidden, results.OfWeight, results.OfBias,
                results.Losses, SampleWeights);
            return results;
        }
    }

    private sealed class Results(Operands of)
    {
        public LossResult Value { get; set; }

        public float[] OfHidden { get; } = new float[of.Hidden.Length];

        public float[] OfWeight { get; } = new float[of.Weight.Length];

        public float[] OfBias { get; } = new float[of.Weight.Length / of.Features];

        public float[] Losses { get; } = new float[of.Targets.Length];

        public IEnumerable<float> Numbers => [.. OfHidden, .. OfWeight, .. OfBias, .. Losses];
    }
}
