namespace Surprisal.Tests.Losses;

/// <summary>Question 4: does it obey the laws of cross-entropy, on rows and on columns?</summary>
public sealed class CrossEntropyLossLawTests
{
    private const int Samples = 6, Classes = 37;
    private static readonly int[][] Shapes = [[Samples, Classes], [2, Classes, 3]];

    private static IEnumerable<CrossEntropyLoss> Options =>
        from reduction in Reductions.All
        from smoothing in new[] { 0, 0.1, 1 }
        from weight in new[] { null, CrossEntropyReference.Weights(8, Classes) }
        select new CrossEntropyLoss { Reduction = reduction, LabelSmoothing = smoothing, Weight = weight };

    private static void ForAll(Action<CrossEntropyLoss, int[], double[], long[]> law)
    {
        foreach (var shape in Shapes)
        foreach (var loss in Options)
        {
            var (logits, targets) = CrossEntropyReference.Draw(4, shape, loss.IgnoreIndex);
            law(loss, shape, logits, targets);
        }
    }

    [Theory, InlineData(1), InlineData(-1000), InlineData(1e7), InlineData(-1e7)]
    public void AShiftOfAllLogitsChangesNothing(double shift) => ForAll((loss, shape, logits, targets) =>
    {
        var coarse = Array.ConvertAll(logits, static v => Math.Round(v)); // so that a float holds the shifted logits exactly
        var before = Evaluated<float>.Of(loss, Array.ConvertAll(coarse, static v => (float)v), shape, targets);
        var after = Evaluated<float>.Of(loss, Array.ConvertAll(coarse, v => (float)(v + shift)), shape, targets);
        Assert.Equal(before.Value, after.Value);
        Assert.Equal(before.Gradient, after.Gradient);
        Assert.Equal(before.Losses, after.Losses);
    });

    [Fact]
    public void PermutingTheClassesPermutesTheGradient() => ForAll((loss, shape, logits, targets) =>
    {
        var inner = logits.Length / shape[0] / Classes;
        int From(int c) => (c * 5 + 3) % Classes;
        var order = Enumerable.Range(0, Classes).ToDictionary(From, c => (long)c);
        double[] Permuted(double[] values) =>
        [
            .. Enumerable.Range(0, values.Length).Select(i => values[i / (Classes * inner) * Classes * inner + From(i / inner % Classes) * inner + i % inner])
        ];
        var permuted = loss with { Weight = loss.Weight is { } w ? ClassWeights.Create(Reordered(w, From)) : null };
        var before = Evaluated<double>.Of(loss, logits, shape, targets);
        var after = Evaluated<double>.Of(permuted, Permuted(logits), shape, Array.ConvertAll(targets, t => t == loss.IgnoreIndex ? t : order[(int)t]));
        Near.Equal<double>([before.Value], [after.Value], loss.ToString(), 1e-14, 1e-14);
        Near.Equal<double>(Permuted(before.Gradient), after.Gradient, loss.ToString(), 1e-14, 1e-14);
    });

    private static double[] Reordered(ClassWeights weights, Func<int, int> from) => [.. Enumerable.Range(0, Classes).Select(c => weights[from(c)])];

    [Fact]
    public void PermutingTheSamplesPermutesTheLossesBitByBit()
    {
        foreach (var loss in Options)
        {
            var (logits, targets) = CrossEntropyReference.Draw(4, [Samples, Classes], loss.IgnoreIndex);
            var whole = Evaluated<double>.Of(loss, logits, [Samples, Classes], targets);
            var reversed = Evaluated<double>.Of(loss, [.. logits.Chunk(Classes).Reverse().SelectMany(row => row)], [Samples, Classes],
                [.. Enumerable.Reverse(targets)]);
            Assert.Equal(whole.Losses, Enumerable.Reverse(reversed.Losses));
            Near.Equal<double>([whole.Value], [reversed.Value], loss.ToString(), 1e-15, 1e-15);
        }
    }

    [Fact]
    public void TheGradientOfEachSampleSumsToZero() => ForAll((loss, shape, logits, targets) =>
    {
        var inner = logits.Length / shape[0] / Classes;
        var gradient = Evaluated<double>.Of(loss, logits, shape, targets).Gradient;
        for (var i = 0; i < targets.Length; i++)
        {
            var first = i / inner * Classes * inner + i % inner;
            Assert.Equal(0, Enumerable.Range(0, Classes).Sum(c => gradient[first + c * inner]), 1e-14);
        }
    });

    [Fact]
    public void SumIsTheSumOfNoneAndMeanIsItOverTheWeights() => ForAll((loss, shape, logits, targets) =>
    {
        if (loss.Reduction != Reduction.None) return;
        var none = Evaluated<double>.Of(loss, logits, shape, targets);
        var sum = Evaluated<double>.Of(loss with { Reduction = Reduction.Sum }, logits, shape, targets);
        var mean = Evaluated<double>.Of(loss with { Reduction = Reduction.Mean }, logits, shape, targets);
        var divisor = targets.Where(t => t != loss.IgnoreIndex).Sum(t => loss.Weight?[(int)t] ?? 1);
        Assert.Equal(none.Losses.Sum(), sum.Value, 1e-13);
        Assert.Equal(none.Value, sum.Value);
        Assert.Equal(none.Gradient, sum.Gradient);
        Assert.Equal(none.Losses, mean.Losses);
        Assert.Equal(sum.Value / divisor, mean.Value, 1e-14);
        Near.Equal<double>([.. sum.Gradient.Select(g => g / divisor)], mean.Gradient, loss.ToString(), 1e-14, 1e-16);
    });

    [Fact]
    public void IgnoringASampleIsRemovingIt()
    {
        foreach (var loss in Options)
        {
            var (logits, targets) = CrossEntropyReference.Draw(4, [Samples, Classes], loss.IgnoreIndex);
            Assert.Contains(loss.IgnoreIndex, targets);
            var kept = Enumerable.Range(0, Samples).Where(n => targets[n] != loss.IgnoreIndex).ToArray();
            var rows = logits.Chunk(Classes).ToArray();
            var all = Evaluated<double>.Of(loss, logits, [Samples, Classes], targets);
            var some = Evaluated<double>.Of(loss, [.. kept.SelectMany(n => rows[n])], [kept.Length, Classes], [.. kept.Select(n => targets[n])]);
            Assert.Equal(some.Value, all.Value);
            Assert.Equal(some.Gradient, kept.SelectMany(n => all.Gradient.Chunk(Classes).ElementAt(n)));
            Assert.Equal(some.Losses, kept.Select(n => all.Losses[n]));
            foreach (var n in Enumerable.Range(0, Samples).Except(kept))
            {
                Assert.All(all.Gradient.Chunk(Classes).ElementAt(n), g => Assert.Equal(0, g));
                Assert.Equal(0, all.Losses[n]);
            }
        }
    }

    [Fact]
    public void ASampleHasTheSameBitsAloneAndInABatch() => ForAll((loss, shape, logits, targets) =>
    {
        if (loss.Reduction == Reduction.Mean) return; // its divisor is the batch's
        var (size, inner) = (logits.Length / shape[0], targets.Length / shape[0]);
        var whole = Evaluated<float>.Of(loss, Array.ConvertAll(logits, static v => (float)v), shape, targets);
        for (var n = 0; n < shape[0]; n++)
        {
            var alone = Evaluated<float>.Of(loss, Array.ConvertAll(logits[(n * size)..((n + 1) * size)], static v => (float)v), [1, .. shape[1..]],
                targets[(n * inner)..((n + 1) * inner)]);
            Assert.Equal(alone.Losses, whole.Losses[(n * inner)..((n + 1) * inner)]);
            Assert.Equal(alone.Gradient, whole.Gradient[(n * size)..((n + 1) * size)]);
        }
    });

    [Fact]
    public void UnbatchedLogitsAreABatchOfOne()
    {
        foreach (var loss in Options)
        {
            var (logits, targets) = CrossEntropyReference.Draw(4, [Classes], loss.IgnoreIndex);
            var batched = Evaluated<double>.Of(loss, logits, [1, Classes], targets);
            var unbatched = Evaluated<double>.Of(loss, logits, [Classes], targets);
            Assert.Equal(batched.Value, unbatched.Value);
            Assert.Equal(batched.Gradient, unbatched.Gradient);
            Assert.Equal(batched.Losses, unbatched.Losses);
        }
    }

    [Fact]
    public void ASpatialDimensionOfOneChangesNoBit() => ForAll((loss, shape, logits, targets) =>
    {
        if (shape.Length != 2) return;
        var flat = Evaluated<double>.Of(loss, logits, shape, targets);
        var image = Evaluated<double>.Of(loss, logits, [.. shape, 1, 1], targets);
        Assert.Equal(flat.Value, image.Value);
        Assert.Equal(flat.Gradient, image.Gradient);
    });

    [Fact]
    public void TheIgnoreIndexMayBeAClassAndStaysInTheDenominator()
    {
        double[] logits = [1, 2, 3, 4, 5, 6];
        var loss = new CrossEntropyLoss { IgnoreIndex = 1, Reduction = Reduction.Sum };
        var with = Evaluated<double>.Of(loss, logits, [2, 3], [1L, 0]);
        Assert.Equal(Evaluated<double>.Of(new CrossEntropyLoss { Reduction = Reduction.Sum }, logits[3..], [1, 3], [0L]).Value, with.Value);
        Assert.Equal([0, 0, 0], with.Gradient[..3]);
    }
}
