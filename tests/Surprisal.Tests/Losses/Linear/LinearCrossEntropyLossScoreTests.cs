using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>Scores without logits: against those of all logits at once.</summary>
public sealed class LinearCrossEntropyLossScoreTests
{
    [Theory, InlineData(1, 5, 3), InlineData(70, 33, 200), InlineData(130, 40, 577), InlineData(65, 300, 1000)]
    public void ScoresAreThoseOfTheLogits(int rows, int features, int classes)
    {
        var example = LinearExample.Draw(117, rows, features, classes);
        foreach (var loss in new[] { new LinearCrossEntropyLoss(), new() { SoftCap = 3, Temperature = 0.7, MemoryLimit = 0 } })
        {
            var (lse, top, found) = (new float[rows], Math.Min(classes, 7), new int[rows * Math.Min(classes, 7)]);
            var (best, chosen) = (new float[rows * top], new int[rows * 3]);
            var (random, scores) = (new RandomStream(example.Seed), new float[rows * 3]);
            for (var i = 0; i < chosen.Length; i++) chosen[i] = (int)random.Below((ulong)classes);
            loss.LogSumExp<float>(example.Hidden, example.Weight, features, lse, example.Bias);
            loss.LogProbabilities<float>(example.Hidden, example.Weight, chosen, features, scores, example.Bias);
            loss.TopK<float>(example.Hidden, example.Weight, top, features, found, best, example.Bias);
            var z = Tensor.Create<float>(example.Hidden, [rows, features])
                .Linear(Tensor.Create<float>(example.Weight, [classes, features]), Tensor.Create<float>(example.Bias)).ToArray();
            for (var row = 0; row < rows; row++)
            {
                var logits = z.AsSpan(row * classes, classes).ToArray();
                if (loss.SoftCap is { } cap) logits = [.. logits.Select(u => (float)(cap * Math.Tanh(u / cap) / 0.7))];
                var max = logits.Max();
                var l = max + Math.Log(logits.Sum(logit => Math.Exp(logit - (double)max)));
                Assert.Equal(l, lse[row], 4e-6 * Math.Abs(l) + 1e-6);
                for (var i = 0; i < 3; i++) Assert.Equal(logits[chosen[row * 3 + i]] - l, scores[row * 3 + i], 1e-5);
                if (loss.SoftCap is not null) continue;
                int[] order = [.. Enumerable.Range(0, classes).OrderByDescending(c => logits[c]).ThenBy(static c => c).Take(top)];
                Assert.Equal(order, found[(row * top)..(row * top + top)]);
                for (var i = 0; i < top; i++) Assert.Equal(logits[order[i]] - l, best[row * top + i], 1e-5);
            }
        }
    }

    /// <summary>Of equal logits the first class comes first, also where they are in other tiles, and all classes may be asked for.</summary>
    [Theory, InlineData(1), InlineData(4), InlineData(199), InlineData(400)]
    public void EqualLogitsComeByClass(int count)
    {
        float[] hidden = [1, 1], weight = [.. Enumerable.Range(0, 400).Select(static c => (float)(c * 7 % 5))];
        var (found, scores) = (new int[2 * count], new float[2 * count]);
        new LinearCrossEntropyLoss().TopK<float>(hidden, weight, count, 1, found, scores);
        int[] expected = [.. Enumerable.Range(0, 400).OrderByDescending(c => weight[c]).ThenBy(static c => c).Take(count)];
        Assert.Equal(expected, found[..count]);
        Assert.Equal(expected, found[count..]);
        Assert.Equal(scores.OrderDescending().Where((_, i) => i % 2 == 0), scores[..count]);
    }

    [Fact]
    public void ARowWithNaNHasNaN()
    {
        float[] hidden = [1, float.NaN], weight = [3, 1, 2], scores = new float[4], lse = new float[2];
        var found = new int[4];
        var loss = new LinearCrossEntropyLoss();
        loss.TopK<float>(hidden, weight, 2, 1, found, scores);
        Assert.Equal([0, 2, 0, 1], found);
        Assert.True(float.IsNaN(scores[2]) && float.IsNaN(scores[3]) && !float.IsNaN(scores[0]));
        loss.LogSumExp<float>(hidden, weight, 1, lse);
        Assert.True(float.IsNaN(lse[1]) && !float.IsNaN(lse[0]));
    }

    [Fact]
    public void NarrowNumbersAreScoredInFloat()
    {
        Half[] hidden = [(Half)1, (Half)2], weight = [(Half)1, (Half)0, (Half)0.5, (Half)1], scores = new Half[1];
        new LinearCrossEntropyLoss().LogProbabilities<Half>(hidden, weight, [1], 2, scores);
        Assert.Equal((Half)(2.5 - Math.Log(Math.Exp(1) + Math.Exp(2.5))), scores[0]);
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var loss = new LinearCrossEntropyLoss();
        float[] hidden = new float[4], weight = new float[6], scores = new float[2];
        var found = new int[2];
        Assert.Equal("count is 4; it is 1..3, the classes that there are. (Parameter 'count')",
            Assert.Throws<ArgumentOutOfRangeException>(() => loss.TopK<float>(hidden, weight, 4, 2, found, scores)).Message);
        Assert.Equal("chosen[1] = 3 is out of bounds: classes are 0..2. (Parameter 'chosen')",
            Assert.Throws<ArgumentOutOfRangeException>(() => loss.LogProbabilities<float>(hidden, weight, [0, 3], 2, scores)).Message);
        Assert.Equal("chosen has 3 elements, which is no whole number for each of 2 rows. (Parameter 'chosen')",
            Assert.Throws<ArgumentException>(() => loss.LogProbabilities<float>(hidden, weight, [0, 1, 2], 2, scores)).Message);
        Assert.Equal("result has 1 elements, but it needs 2, as the rows of hidden says. (Parameter 'result')",
            Assert.Throws<ArgumentException>(() => loss.LogSumExp<float>(hidden, weight, 2, scores.AsSpan(0, 1))).Message);
        Assert.Equal("classesFound has 1 elements, but 2 rows of 1 need 2. (Parameter 'classesFound')",
            Assert.Throws<ArgumentException>(() => loss.TopK<float>(hidden, weight, 1, 2, found.AsSpan(0, 1), scores)).Message);
    }
}
