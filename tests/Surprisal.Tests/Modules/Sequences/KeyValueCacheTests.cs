using System.Numerics;
using Surprisal.Modules;

namespace Surprisal.Tests.Modules.Sequences;

/// <summary>Positions that go on with a cache have the bits of all positions together, however they are cut.</summary>
public sealed class KeyValueCacheTests(ITestOutputHelper output)
{
    private const int Tokens = 40;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 7, 3)]
    [InlineData(1, 63, 1)]
    [InlineData(2, 64, 64)]
    [InlineData(1, 65, 16)]
    [InlineData(2, 131, 17)]
    public void Any_cut_gives_the_bits_of_the_whole(int sequences, int length, int most)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var model = new Gpt(Tokens, length, new Seed(seed), embedDim: 24, layers: 2, heads: 3);
        model.Eval();
        using (Tensor.NoGrad())
            foreach (var parameter in model.Parameters()) // biases and gains that do something
            foreach (ref var x in parameter.AsSpan()) x += 0.2f * (random.NextSingle() - 0.5f);
        var tokens = Tensor.RandInt<long>(0, Tokens, [sequences, length], new Seed(seed));
        var expected = model.Hidden(tokens);
        var cache = new KeyValueCache(model, sequences);
        for (var time = 0; time < 2; time++, cache.Clear())
            for (int at = 0, next; at < length; at += next)
            {
                next = Math.Min(length - at, random.Next(1, most + 1));
                var end = at + next;
                Assert.Equal(at, cache.Length);
                var part = model.Hidden(Positions(tokens, at, end), cache);
                Assert.False(part.RequiresGrad);
                Assert.Equal(Positions(expected, at, end).ToArray(), part.ToArray());
            }
    }

    [Fact]
    public void Rotary_positions_go_on_too()
    {
        foreach (var isInterleaved in new[] { false, true })
        {
            var layer = new CausalSelfAttention(16, 2, new Seed(3), rotaryBase: 100, isInterleaved: isInterleaved);
            layer.Eval();
            var input = Tensor.Randn<float>([2, 9, 16], new Seed(4));
            var expected = layer.Forward(input);
            var cache = Tensor.Zeros<float>(2, 12, 32);
            Assert.Equal(Positions(expected, 0, 5).ToArray(), layer.Forward(Positions(input, 0, 5), cache, 0).ToArray());
            Assert.Equal(Positions(expected, 5, 9).ToArray(), layer.Forward(Positions(input, 5, 9), cache, 5).ToArray());
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_nothing_is_added()
    {
        var model = new Gpt(Tokens, context: 4, new Seed(0), embedDim: 8, layers: 1, heads: 2);
        var cache = new KeyValueCache(model);
        var three = Tensor.Create<long>([[1, 2, 3]]);
        Assert.Equal("the model is in training; a cache is for evaluation: model.Eval().",
            Assert.Throws<InvalidOperationException>(() => model.Hidden(three, cache)).Message);
        model.Eval();
        model.Hidden(three, cache);
        Assert.StartsWith("the cache holds 3 tokens and 2 are to follow; this model has 4 positions.",
            Assert.Throws<ArgumentException>(() => model.Hidden(Tensor.Create<long>([[1, 2]]), cache)).Message, StringComparison.Ordinal);
        Assert.StartsWith("the tokens have shape [2, 1]; the cache needs [1, L].",
            Assert.Throws<ArgumentException>(() => model.Hidden(Tensor.Create<long>([[1], [2]]), cache)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Hidden(Tensor.Create<long>([[Tokens]]), cache));
        var other = new Gpt(Tokens, context: 5, new Seed(0), embedDim: 8, layers: 1, heads: 2);
        other.Eval();
        Assert.StartsWith("the cache was made for a model of other sizes.",
            Assert.Throws<ArgumentException>(() => other.Hidden(three, cache)).Message, StringComparison.Ordinal);
        Assert.StartsWith("sequences is 0; there is at least 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new KeyValueCache(model, 0)).Message, StringComparison.Ordinal);
        Assert.Equal(3, cache.Length);
    }

    private static Tensor<T> Positions<T>(Tensor<T> x, int first, int end) where T : unmanaged, INumber<T> =>
        x.IndexSelect(1, Tensor.Create<long>([.. Enumerable.Range(first, end - first).Select(static i => (long)i)]));
}
