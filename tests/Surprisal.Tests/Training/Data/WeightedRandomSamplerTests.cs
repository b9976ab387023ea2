using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Draws with replacement: how often each sample comes, and that draws follow from seed and epoch alone.</summary>
public sealed class WeightedRandomSamplerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    public void Samples_come_as_often_as_their_weights_say(int count)
    {
        double[] weights = [.. Enumerable.Range(0, count).Select(static i => i % 5 == 3 ? 0 : 1.0 + i)];
        var sampler = new WeightedRandomSampler(weights, 1000, new Seed(7));
        var drawn = Enumerable.Range(0, 50).SelectMany(sampler.Order).CountBy(static sample => sample).ToDictionary();
        var statistic = 0.0;
        for (var i = 0; i < count; i++)
        {
            var (seen, expected) = (drawn.GetValueOrDefault(i), 50_000 * weights[i] / weights.Sum());
            if (weights[i] == 0) Assert.Equal(0, seen);
            else statistic += (seen - expected) * (seen - expected) / expected;
        }
        // Chi-square: mean k and variance 2 k; five deviations above.
        var freedom = weights.Count(static weight => weight > 0) - 1;
        Assert.InRange(statistic, 0, freedom + 5 * Math.Sqrt(2 * freedom) + 1e-9);
    }

    [Fact]
    public void Draws_follow_from_seed_and_epoch()
    {
        double[] weights = [1, 2, 3];
        var (a, b) = (new WeightedRandomSampler(weights, 20, new Seed(1)), new WeightedRandomSampler(weights, 20, new Seed(1)));
        Assert.Equal(a.Order(1), b.Order(1));
        Assert.NotEqual(a.Order(0), a.Order(1));
        Assert.NotEqual(a.Order(0), new WeightedRandomSampler(weights, 20, new Seed(2)).Order(0));
        Assert.Empty(new WeightedRandomSampler(weights, 0, new Seed(1)).Order(0));
    }
}
