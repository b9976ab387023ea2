using Surprisal.Kernels;
using Surprisal.Tests.Losses;

namespace Surprisal.Tests.Kernels;

/// <summary>A row that goes to all threads in pieces: a reference in double, the same bits on any number of them, and special numbers in any piece.</summary>
[Collection(Serial.Name)]
public sealed class LongRowTests
{
    private const int Length = 700_003;

    [Theory, InlineData(0.0), InlineData(0.1)]
    public void CrossEntropyOfOneLongRow(double smoothing)
    {
        var x = Tensor.Randn<float>([Length], new Seed(3)).ToArray();
        const int Target = 600_000;
        x[Target] = 14;
        x[65_536] = x[^1] = x[Target]; // ties, at the start of a piece and at the very end
        var loss = new CrossEntropyLoss { LabelSmoothing = smoothing };
        var found = Evaluated<float>.Of(loss, x, [1, Length], new long[] { Target });

        var sum = x.Sum(static v => Math.Exp(v - 14.0));
        var log = 14 + Math.Log(sum);
        var truth = (1 - smoothing) * (log - x[Target]) + smoothing / Length * x.Sum(v => log - v);
        Assert.Equal(truth, found.Value, 1e-7 * truth);
        for (var i = 0; i < Length; i++)
        {
            var p = Math.Exp(x[i] - 14.0) / sum;
            var slope = p - smoothing / Length - (i == Target ? 1 - smoothing : 0);
            Assert.True(Math.Abs(found.Gradient[i] - slope) <= 1e-6 * Math.Abs(slope) + 1e-12,
                $"gradient[{i}] is {found.Gradient[i]}, expected {slope}; seed 3");
        }
    }

    [Fact]
    public void ThreadsAndNeighboursDoNotMatter()
    {
        var x = Tensor.Randn<double>([2 * Length], new Seed(4)).ToArray();
        var loss = new CrossEntropyLoss { LabelSmoothing = 0.1, Reduction = Reduction.Sum };
        Evaluated<double> Row(double[] row) => Evaluated<double>.Of(loss, row, [1, Length], new long[] { 5 });
        var alone = Serial.On(1, () => Row(x[..Length]));
        var both = Serial.On(3, () => Evaluated<double>.Of(loss, x, [2, Length], [5, 5]));
        foreach (var threads in new[] { 2, 3, 8 })
        {
            var many = Serial.On(threads, () => Row(x[..Length]));
            Assert.Equal(alone.Value, many.Value);
            Assert.Equal(alone.Gradient, many.Gradient);
        }
        Assert.Equal(alone.Losses[0], both.Losses[0]);
        Assert.Equal(alone.Gradient, both.Gradient[..Length]);
        Assert.Equal(Row(x[Length..]).Gradient, both.Gradient[Length..]);
    }

    [Theory, InlineData(0), InlineData(65_535), InlineData(65_536), InlineData(400_000), InlineData(Length - 1)]
    public void SpecialNumbersAreSeenInAnyPiece(int at)
    {
        var x = Tensor.Randn<float>([Length], new Seed(5)).ToArray();
        var before = RowSums.ExpWithoutMax(x, RowMax<float>.Of(x), default, default(SmoothingTerms<float>.None)).ExpSum;
        var share = Math.Exp(x[at] - (double)x.Max());
        x[at] = float.NegativeInfinity;
        Assert.Equal(before - share, RowSums.ExpWithoutMax(x, RowMax<float>.Of(x), default, default(SmoothingTerms<float>.None)).ExpSum, 1e-6 * before);
        x[at] = float.NaN;
        Assert.True(double.IsNaN(RowSums.ExpWithoutMax(x, RowMax<float>.Of(x), default, default(SmoothingTerms<float>.None)).ExpSum));
        x[at] = 90;
        Assert.Equal(90, RowMax<float>.Of(x).Value);
        Assert.False(RowMax<float>.Of(x).NoUnderflow);
    }

    [Fact]
    public void WeightsOfClassesFollowThePieces()
    {
        var x = Tensor.Randn<float>([Length], new Seed(6)).ToArray();
        var weight = Enumerable.Range(0, Length).Select(static i => i % 1000 / 1000f).ToArray();
        var max = RowMax<float>.Of(x);
        var expected = x.Zip(weight, (v, w) => w * ((double)max.Value - v)).Sum();
        Assert.Equal(expected, RowSums.ExpWithoutMax(x, max, default, new SmoothingTerms<float>.OfRow(weight)).SmoothingSum, 1e-6 * expected);
    }
}
