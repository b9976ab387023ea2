using System.Runtime.InteropServices;
using Surprisal.Mpi;
using Surprisal.Training;

namespace Surprisal.Tests.Mpi;

/// <summary>Classes on several ranks: the bits of one process, and the numbers of cross-entropy.</summary>
public sealed class VocabularyParallelLossTests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 0 }, { 15, 1, 1 }, { 16, 2, 2 }, { 17, 2, 3 }, { 100, 4, 4 }, { 100, 3, 5 }, { 333, 8, 6 }, { 1000, 8, 7 }, { 20, 8, 8 },
    };

    private static IEnumerable<CrossEntropyLoss> Losses(int classes)
    {
        float[] weights = [.. Enumerable.Range(0, classes).Select(static c => 0.25f + c % 5)];
        yield return new();
        yield return new() { Reduction = Reduction.Sum, ZLoss = 0.01 };
        yield return new() { LabelSmoothing = 0.1 };
        yield return new() { LabelSmoothing = 0.2, Weight = weights, ZLoss = 0.02 };
        yield return new() { LabelSmoothing = 0.2, Weight = weights, SmoothingWeight = SmoothingWeight.PerTarget };
        yield return new() { Weight = weights, Normalizer = 7 };
    }

    private static (float[] Logits, long[] Targets) Rows(int classes, int seed)
    {
        var random = new Random(seed);
        const int count = 9;
        var logits = new float[count * classes];
        foreach (ref var x in logits.AsSpan()) x = (float)(random.NextDouble() * 20 - 10);
        long[] targets = [.. Enumerable.Range(0, count).Select(row => row == 4 ? -100L : random.Next(classes))];
        logits[targets[0]] = 60; // a sure row: its loss is of exponentials far below 1
        for (var c = 0; c < classes; c++) logits[4 * classes + c] = float.NaN; // ignored, whatever it holds
        if (classes > 20) logits.AsSpan(classes, 18).Fill(float.NegativeInfinity); // a part of nothing
        return (logits, [targets[0], classes > 20 ? classes - 1 : targets[1], .. targets[2..]]);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void AnyNumberOfRanksGivesTheSameBits(int classes, int parts, int seed)
    {
        var (logits, targets) = Rows(classes, seed);
        foreach (var loss in Losses(classes))
        {
            var gradient = new float[logits.Length];
            var expected = new VocabularyParallelLoss(loss, classes, parts).Evaluate(logits, targets, gradient);
            for (var ranks = 2; ranks <= parts; ranks++)
            {
                var found = new float[logits.Length];
                Loopback.Run(ranks, group =>
                {
                    var shared = new VocabularyParallelLoss(loss, classes, parts, group);
                    var (start, end) = (shared.Columns.Start.Value, shared.Columns.End.Value);
                    var own = new float[targets.Length * (end - start)];
                    for (var row = 0; row < targets.Length; row++)
                        logits.AsSpan(row * classes + start, end - start).CopyTo(own.AsSpan(row * (end - start)));
                    var ownGradient = new float[own.Length];
                    Assert.Equal(expected, shared.Evaluate(own, targets, ownGradient));
                    for (var row = 0; row < targets.Length; row++)
                        ownGradient.AsSpan(row * (end - start), end - start).CopyTo(found.AsSpan(row * classes + start));
                });
                Assert.Equal(MemoryMarshal.Cast<float, int>(gradient).ToArray(), MemoryMarshal.Cast<float, int>(found).ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void TheNumbersAreThoseOfCrossEntropy(int classes, int parts, int seed)
    {
        var (logits, targets) = Rows(classes, seed);
        foreach (var loss in Losses(classes))
        {
            // An infinite logit beside smoothing is an infinite loss in both; finite ones are compared.
            if (loss.LabelSmoothing > 0) logits = [.. logits.Select(static x => float.IsNegativeInfinity(x) ? -30 : x)];
            var (expected, found) = (new float[logits.Length], new float[logits.Length]);
            var whole = loss.Evaluate<float, long>(logits, targets, classes, expected);
            var parted = new VocabularyParallelLoss(loss, classes, parts).Evaluate(logits, targets, found);
            Assert.Equal(whole.Divisor, parted.Divisor);
            Assert.Equal(whole.Value, parted.Value, Math.Abs(whole.Value) * 1e-6);
            for (var i = 0; i < found.Length; i++) Assert.Equal(expected[i], found[i], Math.Abs(expected[i]) * 1e-5 + 1e-9);
        }
    }

    /// <summary>
    /// Up to 1 MiB goes to everybody; of one row more each merges a share. As parts: more than there are rows, and classes, or few.
    /// </summary>
    [Theory]
    [InlineData(4096, 100, 8)]
    [InlineData(4097, 100, 8)]
    [InlineData(10923, 50, 3)]
    [InlineData(2, 40, 16384)]
    [InlineData(2, 40, 16385)]
    public void ManyRowsGiveTheSameBitsInFewerBytes(int rows, int classes, int parts)
    {
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        float[] logits = [.. Enumerable.Range(0, rows * classes).Select(_ => (float)(random.NextDouble() * 20 - 10))];
        long[] targets = [.. Enumerable.Range(0, rows).Select(row => row % 5 == 1 ? -100L : random.Next(classes))];
        logits[classes / 2] = float.NaN;
        var loss = new CrossEntropyLoss { LabelSmoothing = 0.1, ZLoss = 0.01 };
        var gradient = new float[logits.Length];
        var expected = new VocabularyParallelLoss(loss, classes, parts).Evaluate(logits, targets, gradient);
        foreach (var ranks in new[] { 2, 3 })
        {
            var (found, sent) = (new float[logits.Length], new long[ranks]);
            Loopback.Run(ranks, group =>
            {
                var counting = new CountingGroup(group);
                var shared = new VocabularyParallelLoss(loss, classes, parts, counting);
                var (start, end) = (shared.Columns.Start.Value, shared.Columns.End.Value);
                var own = new float[rows * (end - start)];
                for (var row = 0; row < rows; row++)
                    logits.AsSpan(row * classes + start, end - start).CopyTo(own.AsSpan(row * (end - start)));
                var ownGradient = new float[own.Length];
                Assert.Equal(expected, shared.Evaluate(own, targets, ownGradient));
                for (var row = 0; row < rows; row++)
                    ownGradient.AsSpan(row * (end - start), end - start).CopyTo(found.AsSpan(row * classes + start));
                sent[group.Rank] = counting.Sent[0];
            });
            Assert.Equal(MemoryMarshal.Cast<float, int>(gradient).ToArray(), MemoryMarshal.Cast<float, int>(found).ToArray());
            var (share, most) = ((rows + ranks - 1) / ranks, (parts + ranks - 1) / ranks);
            var bytes = 32L * rows * parts <= 1 << 20 ? 32L * most * rows : (32L * most + 24) * share;
            Assert.All(sent, each => Assert.Equal(bytes * (ranks - 1), each));
        }
    }

    [Fact]
    public void ASureRowKeepsItsDigits()
    {
        float[] logits = [40, .. Enumerable.Repeat(0f, 63)];
        Assert.Equal(63 * Math.Exp(-40),
            new VocabularyParallelLoss(new(), 64, 4).Evaluate(logits, [0L]).Value, 1e-22);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void WhatIsNoNumberReachesItsRowAlone(float wrong)
    {
        float[] logits = [.. Enumerable.Range(0, 100).Select(static c => c % 7 * 0.5f)];
        logits[40] = wrong;
        var gradient = new float[100];
        Assert.True(double.IsNaN(new VocabularyParallelLoss(new(), 50, 3).Evaluate(logits, [3L, 4L], gradient).Value));
        Assert.All(gradient[..50], static g => Assert.True(float.IsNaN(g)));
        Assert.All(gradient[50..], static g => Assert.True(float.IsFinite(g)));
    }

    [Fact]
    public void OnTheTapeTheGradientIsThatOfTheSpans()
    {
        var (logits, targets) = Rows(100, 3);
        var loss = new VocabularyParallelLoss(new() { LabelSmoothing = 0.1 }, 100, 4);
        logits.AsSpan().Replace(float.NegativeInfinity, -20);
        var gradient = new float[logits.Length];
        var value = loss.Evaluate(logits, targets, gradient);
        var tensor = Tensor.Create<float>(logits).Reshape(targets.Length, 100).Detach();
        tensor.RequiresGrad = true;
        var forward = loss.Forward(tensor, Tensor.Create<long>(targets));
        (2 * forward).Backward();
        Assert.Equal((float)value.Value, forward.Item());
        Assert.Equal(gradient.Select(static g => 2 * g), tensor.Grad!.ToArray());
    }

    [Fact]
    public void ABatchWithoutTargetsIsAMeanOfNothing()
    {
        var gradient = new float[32];
        Assert.True(double.IsNaN(new VocabularyParallelLoss(new(), 32, 2).Evaluate(new float[32], [-100L], gradient).Value));
        Assert.Equal(0, new VocabularyParallelLoss(new() { WhenEmpty = EmptyMean.Zero }, 32, 2).Evaluate(new float[32], [-100L], gradient).Value);
        Assert.All(gradient, static g => Assert.Equal(0, g));
        Assert.Equal(0, new VocabularyParallelLoss(new() { Reduction = Reduction.Sum }, 32, 2).Evaluate([], []).Value);
    }

    [Fact]
    public void WhatCannotBeIsRefused()
    {
        Assert.Throws<ArgumentException>(() => new VocabularyParallelLoss(new() { SoftCap = 3 }, 10));
        Assert.Throws<ArgumentException>(() => new VocabularyParallelLoss(new() { Reduction = Reduction.None }, 10));
        Assert.Throws<ArgumentException>(() => new VocabularyParallelLoss(new() { Weight = new float[] { 1, 2 } }, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VocabularyParallelLoss(new(), 10, parts: 0));
        Assert.Throws<ArgumentException>(() => new VocabularyParallelLoss(new(), 10).Evaluate(new float[11], [0L]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VocabularyParallelLoss(new(), 10).Evaluate(new float[10], [10L]));
        Loopback.Run(3, static group => Assert.Throws<ArgumentOutOfRangeException>(() => new VocabularyParallelLoss(new(), 10, 2, group)));
    }
}
