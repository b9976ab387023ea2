namespace Surprisal.Tests.Autograd.Sequences;

/// <summary>Embedding, root-mean-square normalisation and rotary positions: values, edges and refusals.</summary>
public sealed class SequenceOperationTests
{
    /// <summary>The numbers of linear.md's authors: d 4, position 1, of [1, 2, 3, 4].</summary>
    [Fact]
    public void RotaryTurnsPairs()
    {
        var x = Tensor.Create<double>([[1, 2, 3, 4]]);
        var one = Tensor.Create<long>([1]);
        AssertNear([-1.1426, 1.9221, 2.9599, 4.0298], x.Rotary(one, isInterleaved: true), 1e-4);
        AssertNear([-1.9841, 1.9599, 2.4624, 4.0198], x.Rotary(one), 1e-4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RotaryProductsDependOnTheDistanceAlone(bool isInterleaved)
    {
        var random = new Seed(3);
        var (q, k) = (Tensor.Randn<double>([1, 18], random), Tensor.Randn<double>([1, 18], random));
        double Product(long at, long other) =>
            (q.Rotary(Tensor.Create<long>([at]), isInterleaved: isInterleaved) * k.Rotary(Tensor.Create<long>([other]), isInterleaved: isInterleaved))
            .Sum().Item();
        Assert.Equal(Product(5, 2), Product(1003, 1000), 1e-9);
        Assert.Equal(Product(0, 7), Product(100_000, 100_007), 1e-8);
        Assert.NotEqual(Product(5, 2), Product(5, 3), 1e-3);
    }

    [Fact]
    public void RotaryMatchesTheFormulaAtFarPositions()
    {
        var x = Tensor.Randn<double>([3, 6], new Seed(4));
        var y = x.Rotary(Tensor.Create<long>([0, 131_071, 12]), rotaryBase: 500_000);
        foreach (var (row, position) in new[] { 0L, 131_071, 12 }.Index().Select(static at => (at.Index, at.Item)))
            for (var i = 0; i < 3; i++)
            {
                var angle = position * Math.Pow(500_000, -2.0 * i / 6);
                var (a, b) = (x.Span[row * 6 + i], x.Span[row * 6 + i + 3]);
                Assert.Equal(a * Math.Cos(angle) - b * Math.Sin(angle), y.Span[row * 6 + i], 1e-9);
                Assert.Equal(b * Math.Cos(angle) + a * Math.Sin(angle), y.Span[row * 6 + i + 3], 1e-9);
            }
    }

    [Fact]
    public void RmsNormIsTheFormulaAtEveryLength()
    {
        foreach (var width in new[] { 1, 2, 15, 16, 17, 31, 33 })
        {
            var (x, w) = (Tensor.Randn<float>([3, width], new Seed(width)), Tensor.Randn<float>([width], new Seed(99)));
            var y = x.RmsNorm([width], w, 0.01);
            for (var row = 0; row < 3; row++)
            {
                var values = x.ToArray().AsSpan(row * width, width).ToArray();
                var root = Math.Sqrt(values.Average(static v => (double)v * v) + 0.01);
                for (var j = 0; j < width; j++) Assert.Equal(values[j] / root * w.Span[j], y.Span[row * width + j], 1e-6);
            }
        }
        Assert.Equal([0f, 0], Tensor.Zeros<float>([1, 2]).RmsNorm([2]).ToArray());
        Assert.Equal([1f, 1, 1], Tensor.Full<float>([1, 3], 1e30f).RmsNorm([3]).ToArray(), static (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([0, 3], Tensor.Zeros<float>([0, 3]).RmsNorm([3]).Shape);
    }

    [Fact]
    public void EmbeddingAddsCopiesByAscendingPositionAndLeavesOthersAlone()
    {
        // In float 1e8 + 1 - 1e8 is 0; in double it is 1.
        var weight = Tensor.Zeros<float>([5, 1]).WithGrad(true);
        var rows = weight.Embedding(Tensor.Create<long>([3, 1, 3, 3, 0]), paddingIndex: -5);
        rows.Backward(Tensor.Create<float>([[1e8f], [7], [1], [-1e8f], [9]]));
        Assert.Equal([0f, 7, 0, 1, 0], weight.Grad!.ToArray());
    }

    [Fact]
    public void EmbeddingOfManyTokensIsTheSumInEachRow()
    {
        var random = new Random(5);
        var (tokens, upstream) = (new long[4000], new float[4000 * 17]);
        for (var i = 0; i < tokens.Length; i++) tokens[i] = random.Next(random.Next(1, 300));
        for (var i = 0; i < upstream.Length; i++) upstream[i] = random.NextSingle() - 0.5f;
        var weight = Tensor.Randn<float>([300, 17], new Seed(1), requiresGrad: true);
        weight.Embedding(Tensor.Create<long>(tokens)).Backward(Tensor.Create<float>(upstream, [4000, 17]));
        var expected = new double[300 * 17];
        for (var i = 0; i < tokens.Length; i++)
            for (var j = 0; j < 17; j++)
                expected[tokens[i] * 17 + j] += upstream[i * 17 + j];
        Assert.Equal(expected.Select(static x => (float)x), weight.Grad!.ToArray());
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var weight = Tensor.Zeros<float>([3, 2]);
        Outside("the token at flat position 1 is 3; the table has the rows 0..2.", () => weight.Embedding(Tensor.Create<long>([2, 3])));
        Outside("the token at flat position 0 is -1; the table has the rows 0..2.", () => weight.Embedding(Tensor.Create<long>([-1])));
        Outside("paddingIndex is 3; the table has 3 rows, -3..2.", () => weight.Embedding(Tensor.Create<long>([0]), paddingIndex: 3));
        Refused("weight has shape [3]; it needs [V, d].", () => Tensor.Zeros<float>([3]).Embedding(Tensor.Create<long>([0])));
        Refused("rows have 3 elements; rotary positions turn pairs of them, so their number is even.", () => Tensor.Zeros<float>([2, 3]).Rotary());
        Refused("positions has shape [3]; for x [2, 4] it needs [2] or [2].", () => Tensor.Zeros<float>([2, 4]).Rotary(Tensor.Zeros<long>([3])));
        Outside("rotaryBase is 0; it is positive and finite.", () => Tensor.Zeros<float>([2, 4]).Rotary(rotaryBase: 0));
        Refused("normalizedShape is [], but at least the last dimension is normalised.", () => weight.RmsNorm([]));
        Refused("Given normalized_shape=[3], expected input with shape [*, 3], but got input of size [3, 2]", () => weight.RmsNorm([3]));
        Refused("Expected weight to be of same shape as normalized_shape, but got weight of shape [3] and normalized_shape = [2]",
            () => weight.RmsNorm([2], Tensor.Zeros<float>([3])));
    }

    private static void Refused(string message, Func<object> call) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);

    private static void Outside(string message, Func<object> call) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(call).Message, StringComparison.Ordinal);

    private static void AssertNear(double[] expected, Tensor<double> actual, double tolerance)
    {
        foreach (var (e, a) in expected.Zip(actual.ToArray())) Assert.Equal(e, a, tolerance);
    }
}
