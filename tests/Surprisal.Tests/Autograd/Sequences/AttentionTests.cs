namespace Surprisal.Tests.Autograd.Sequences;

/// <summary>Attention in blocks against softmax(Q K' scale) V written out in double, and its laws.</summary>
public sealed class AttentionTests
{
    public static TheoryData<int, int, int, bool> Sizes()
    {
        var sizes = new TheoryData<int, int, int, bool>();
        foreach (var length in new[] { 1, 2, 15, 16, 17, 63, 64, 65, 129 })
        foreach (var width in new[] { 1, 15, 16, 17, 64 })
        foreach (var isCausal in new[] { false, true })
            sizes.Add(length, width, Math.Max(1, 33 - width), isCausal);
        return sizes;
    }

    [Theory, MemberData(nameof(Sizes))]
    public void EveryLengthMatchesTheFormula(int length, int width, int valueWidth, bool isCausal)
    {
        var (q, k, v) = Draw(3 * length + width, [2, length], width, valueWidth);
        var y = q.ScaledDotProductAttention(k, v, isCausal);
        Golden.AssertClose(Formula(q, k, v, (i, j) => !isCausal || j <= i), y, $"{length} x {width}");
    }

    [Fact]
    public void QueriesAndKeysMayDifferInNumberAndTheScaleIsGiven()
    {
        var random = new Seed(4);
        var (q, k, v) = (Tensor.Randn<float>([3, 5, 8], random), Tensor.Randn<float>([3, 70, 8], random), Tensor.Randn<float>([3, 70, 2], random));
        Golden.AssertClose(Formula(q, k, v, static (_, _) => true, 0.7), q.ScaledDotProductAttention(k, v, scale: 0.7), "5 x 70");
        Golden.AssertClose(Formula(q, k, v, static (i, j) => j <= i), q.ScaledDotProductAttention(k, v, isCausal: true), "causal 5 x 70");
    }

    [Fact]
    public void LargeScoresDoNotOverflow()
    {
        var (a, b, c) = Draw(5, [1, 100], 8, 8);
        // scores of thousands: one key has nearly all weight, and which is known late
        var (q, k, v) = (a.To<double>() * 60, b.To<double>() * 60, c.To<double>());
        Golden.AssertClose(Formula(q, k, v, static (i, j) => j <= i), q.ScaledDotProductAttention(k, v, isCausal: true), "large");
        Assert.All((a * 1e15f).ScaledDotProductAttention(b * 1e15f, c, isCausal: true).ToArray(), static x => Assert.True(float.IsFinite(x)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SegmentsAreAsIfAlone(bool isCausal)
    {
        int[] lengths = [1, 70, 64, 3];
        var (q, k, v) = Draw(6, [2, lengths.Sum()], 6, 5);
        var segments = Tensor.Create<long>([.. lengths.SelectMany(static (length, i) => Enumerable.Repeat(3L + i, length))]);
        var packed = q.ScaledDotProductAttention(k, v, isCausal, segments);
        var begin = 0;
        foreach (var length in lengths)
        {
            var end = begin + length;
            Tensor<float> Part(Tensor<float> x) => x.Transpose(0, 1)[begin..end].Transpose(0, 1);
            Golden.AssertClose(Part(q).ScaledDotProductAttention(Part(k), Part(v), isCausal), Part(packed), $"segment {begin}..{end}");
            begin = end;
        }
    }

    [Fact]
    public void ASegmentSeesNothingOfAnother()
    {
        var (q, k, v) = Draw(7, [1, 90], 6, 5);
        var segments = Tensor.Create<long>([.. Enumerable.Range(0, 90).Select(static i => i < 40 ? 0L : 1)]);
        var before = q.ScaledDotProductAttention(k, v, isCausal: true, segments).ToArray();
        foreach (ref var value in v.Span[..(40 * 5)]) value = 1e30f;
        foreach (ref var value in k.Span[..(40 * 6)]) value = -value;
        Assert.Equal(before[(40 * 5)..], q.ScaledDotProductAttention(k, v, isCausal: true, segments).ToArray()[(40 * 5)..]);
    }

    [Fact]
    public void PaddingGivesZeroAndGetsNoGradient()
    {
        var (q, k, v) = Draw(8, [2, 6], 4, 3);
        var segments = Tensor.Create<long>([0, 0, -1, -1, 1, -2]);
        Tensor<float>[] all = [q, k, v];
        foreach (var each in all) each.WithGrad(true);
        var y = q.ScaledDotProductAttention(k, v, isCausal: true, segments);
        y.Sum().Backward();
        foreach (var i in new[] { 2, 3, 5, 8, 9, 11 })
        {
            Assert.All(y.ToArray()[(i * 3)..(i * 3 + 3)], static x => Assert.Equal(0, x));
            Assert.All(all, each => Assert.All(each.Grad!.ToArray().AsSpan(i * each.Shape[2], each.Shape[2]).ToArray(), static x => Assert.Equal(0, x)));
        }
        Assert.All(y.ToArray(), static x => Assert.True(float.IsFinite(x)));
    }

    [Fact]
    public void NoKeysGiveZero()
    {
        var y = Tensor.Ones<float>(2, 3, 4).ScaledDotProductAttention(Tensor.Ones<float>(2, 0, 4), Tensor.Ones<float>(2, 0, 5));
        Assert.Equal([2, 3, 5], y.Shape);
        Assert.All(y.ToArray(), static x => Assert.Equal(0, x));
        Assert.Equal([0, 3, 5], Tensor.Ones<float>(0, 3, 4).ScaledDotProductAttention(Tensor.Ones<float>(0, 2, 4), Tensor.Ones<float>(0, 2, 5)).Shape);
        Assert.Equal([2, 0, 5], Tensor.Ones<float>(2, 0, 4).ScaledDotProductAttention(Tensor.Ones<float>(2, 2, 4), Tensor.Ones<float>(2, 2, 5)).Shape);
    }

    [Fact]
    public void NaNAndInfinityAreData()
    {
        var (q, k, v) = Draw(9, [1, 4], 2, 2);
        q.Span[2] = float.NaN; // query 1
        var y = q.ScaledDotProductAttention(k, v, isCausal: true).ToArray();
        Assert.Equal([true, true, false, false, true, true, true, true], y.Select(static x => float.IsFinite(x)));
        (q, k, v) = Draw(9, [1, 3], 1, 1);
        (q.Span[0], q.Span[1], q.Span[2]) = (1, 1, 1);
        (k.Span[0], k.Span[1], k.Span[2]) = (float.NegativeInfinity, 1, float.NegativeInfinity);
        y = q.ScaledDotProductAttention(k, v, isCausal: true).ToArray();
        Assert.True(float.IsNaN(y[0])); // of scores that are all -infinity, as softmax
        Assert.Equal([v.Span[1], v.Span[1]], y[1..]);
    }

    [Fact]
    public void DroppedWeightsAreKeyedAndScaled()
    {
        var (q, k, v) = (Tensor.Zeros<float>(4, 100, 8), Tensor.Zeros<float>(4, 100, 8), Tensor.Ones<float>(4, 100, 1));
        var y = q.ScaledDotProductAttention(k, v, dropout: 0.25, seed: new Seed(1)).ToArray();
        Assert.Equal(y, q.ScaledDotProductAttention(k, v, dropout: 0.25, seed: new Seed(1)).ToArray());
        Assert.NotEqual(y, q.ScaledDotProductAttention(k, v, dropout: 0.25, seed: new Seed(2)).ToArray());
        Assert.InRange(y.Average(), 0.98, 1.02);
        Assert.All(y, static x => Assert.True(Math.Abs(x * 75 - MathF.Round(x * 75)) < 1e-3)); // a hundredth each, over 3/4
        Assert.All(q.ScaledDotProductAttention(k, v, dropout: 1, seed: new Seed(1)).ToArray(), static x => Assert.Equal(0, x));
    }

    [Fact]
    public void SixteenBitsAreTheFloatsRounded()
    {
        var (q, k, v) = Draw(10, [2, 20], 8, 8);
        var (a, b, c) = (q.To<BFloat16>(), k.To<BFloat16>(), v.To<BFloat16>());
        var expected = a.To<float>().ScaledDotProductAttention(b.To<float>(), c.To<float>(), isCausal: true).To<BFloat16>();
        Assert.Equal(expected.ToArray(), a.ScaledDotProductAttention(b, c, isCausal: true).ToArray());
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var x = Tensor.Zeros<float>([2, 4, 3]);
        Refused("query has shape [3]; at least [L, E] is needed.", () => Tensor.Zeros<float>([3]).ScaledDotProductAttention(x, x));
        Refused("key has shape [4, 3]; all but its number of keys, the dimension before the last, must be query's, [2, 4, 3].",
            () => x.ScaledDotProductAttention(Tensor.Zeros<float>([4, 3]), x));
        Refused("value has shape [2, 5, 3]; all but its last dimension must be key's, [2, 4, 3].",
            () => x.ScaledDotProductAttention(x, Tensor.Zeros<float>([2, 5, 3])));
        Refused("segments has shape [3]; for query [2, 4, 3] it needs [4], or that behind the first leading dimensions.",
            () => x.ScaledDotProductAttention(x, x, segments: Tensor.Zeros<long>([3])));
        Refused("segments are of one sequence, but there are 4 queries and 5 keys.",
            () => x.ScaledDotProductAttention(Tensor.Zeros<float>([2, 5, 3]), Tensor.Zeros<float>([2, 5, 3]), segments: Tensor.Zeros<long>([4])));
        Refused("segments has the number 0 again at position 2 of sequence 0; the positions of a segment stand side by side.",
            () => x.ScaledDotProductAttention(x, x, segments: Tensor.Create<long>([0, 1, 0, 2])));
        Refused("dropout is 0.5, but there is no seed to draw from.", () => x.ScaledDotProductAttention(x, x, dropout: 0.5));
        Assert.StartsWith("dropout probability has to be between 0 and 1, but got 1.5",
            Assert.Throws<ArgumentOutOfRangeException>(() => x.ScaledDotProductAttention(x, x, dropout: 1.5)).Message, StringComparison.Ordinal);
    }

    private static void Refused(string message, Func<object> call) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);

    private static (Tensor<float> Q, Tensor<float> K, Tensor<float> V) Draw(long seed, int[] leading, int width, int valueWidth)
    {
        var random = new Seed(seed);
        return (Tensor.Randn<float>([.. leading, width], random), Tensor.Randn<float>([.. leading, width], random),
            Tensor.Randn<float>([.. leading, valueWidth], random));
    }

    /// <summary>softmax(Q K' scale) V of each leading index, in double and in the plainest order.</summary>
    private static Tensor<T> Formula<T>(Tensor<T> query, Tensor<T> key, Tensor<T> value, Func<int, int, bool> sees, double? scale = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (q, k, v) = (query.To<double>(), key.To<double>(), value.To<double>());
        var (batch, queries, keys, d, e) = (q.Shape[0], q.Shape[1], k.Shape[1], q.Shape[2], v.Shape[2]);
        var y = new double[batch * queries * e];
        for (var b = 0; b < batch; b++)
        for (var i = 0; i < queries; i++)
        {
            int[] seen = [.. Enumerable.Range(0, keys).Where(j => sees(i, j))];
            double[] scores =
            [
                .. seen.Select(j => (scale ?? 1 / Math.Sqrt(d)) *
                    Enumerable.Range(0, d).Sum(c => q.Span[(b * queries + i) * d + c] * k.Span[(b * keys + j) * d + c])),
            ];
            double[] weights = [.. scores.Select(s => Math.Exp(s - scores.Max()))];
            foreach (var (j, weight) in seen.Zip(weights))
                for (var c = 0; c < e; c++)
                    y[(b * queries + i) * e + c] += weight / weights.Sum() * v.Span[(b * keys + j) * e + c];
        }
        return Tensor.Create<double>(y, [batch, queries, e]).To<T>();
    }
}
