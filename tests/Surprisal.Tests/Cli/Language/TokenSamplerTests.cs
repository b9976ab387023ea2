using Surprisal.Cli.Language;

namespace Surprisal.Tests.Cli.Language;

/// <summary>The rules by which the next token is drawn, with numbers worked out by hand.</summary>
public sealed class TokenSamplerTests
{
    private static readonly float[] Logits = [1, 3, 2, 3, -1]; // sorted by value, then index: 1, 3, 2, 0, 4

    [Fact]
    public void TemperatureZeroTakesTheFirstOfTheLikeliest() => Assert.Equal(1, new TokenSampler(Temperature: 0).Next(Logits, [], 0.99));

    [Fact]
    public void DrawsFollowTheSharesInOrder()
    {
        double[] e = [Math.Exp(3), Math.Exp(3), Math.Exp(2), Math.Exp(1), Math.Exp(-1)];
        int[] order = [1, 3, 2, 0, 4];
        var cumulative = 0.0;
        for (var i = 0; i < order.Length; i++)
        {
            Assert.Equal(order[i], new TokenSampler().Next(Logits, [], cumulative / e.Sum() + 1e-9));
            cumulative += e[i];
            if (i < order.Length - 1) Assert.Equal(order[i], new TokenSampler().Next(Logits, [], cumulative / e.Sum() - 1e-9));
        }
        Assert.Equal(4, new TokenSampler().Next(Logits, [], 1 - 1e-9));
    }

    [Fact]
    public void TopKKeepsExactlyKOfEquals()
    {
        Assert.Equal(1, new TokenSampler(TopK: 1).Next(Logits, [], 0.999));
        Assert.Equal(3, new TokenSampler(TopK: 2).Next(Logits, [], 0.999));
        Assert.Equal(3, new TokenSampler(TopK: 2).Next(Logits, [], 0.5)); // the first has exactly half, and is taken below it
        Assert.Equal(1, new TokenSampler(TopK: 2).Next(Logits, [], 0.4999));
        Assert.Equal(4, new TokenSampler(TopK: 99).Next(Logits, [], 0.9999));
    }

    [Fact]
    public void TopPKeepsWhileTheSumBeforeIsLessAndAtLeastOne()
    {
        float[] even = [0, 0, 0, 0];
        Assert.Equal(0, new TokenSampler(TopP: 1e-9).Next(even, [], 0.999));
        Assert.Equal(0, new TokenSampler(TopP: 0.25).Next(even, [], 0.999)); // the sum before the second is 0.25, not less
        Assert.Equal(1, new TokenSampler(TopP: 0.26).Next(even, [], 0.999));
        Assert.Equal(3, new TokenSampler(TopP: 1).Next(even, [], 0.999));
        Assert.Equal(1, new TokenSampler(TopK: 2, TopP: 0.51).Next(even, [], 0.999)); // of what top-k left
    }

    [Fact]
    public void ThePenaltyComesFirstAndGoesByTheSign()
    {
        float[] logits = [4, 3, -1, -1.5f];
        Assert.Equal(1, new TokenSampler(Temperature: 0, RepetitionPenalty: 2).Next(logits, [0, 0, 0], 0)); // 4 becomes 2, once
        Assert.Equal(3, new TokenSampler(Temperature: 0, RepetitionPenalty: 2).Next([-9, -9, -1, -1.5f], [2], 0)); // -1 becomes -2
        Assert.Equal(0, new TokenSampler(Temperature: 0).Next(logits, [0], 0));
    }

    [Fact]
    public void NaNIsNoToken() =>
        Assert.StartsWith("the model's logits are NaN", Assert.Throws<InvalidDataException>(() => new TokenSampler().Next([1, float.NaN], [], 0)).Message,
            StringComparison.Ordinal);
}
