using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Mixup and CutMix: what is mixed with what, and how much of it the classes say.</summary>
public sealed class SampleMixTests
{
    private static readonly ImageDataset data = AugmentationTests.Pictures(20, 3, 6, 5);

    /// <summary>The next one in the epoch's order, also behind the end of a batch, and behind the last the first.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public void A_sample_is_mixed_with_the_next_of_the_epoch(int batchSize)
    {
        var loader = new DataLoader(data, batchSize, new Seed(3)) { Augmentation = new Augmentation(new Seed(1)) { Mixup = 0.7 } };
        var order = loader.Sampler.Order(2);
        var place = 0;
        foreach (var batch in loader.Epoch(2))
            for (var i = 0; i < batch.Samples.Count; i++, place++)
            {
                var (own, next) = (order[place], order[(place + 1) % 20]);
                Assert.Equal(own, batch.Samples[i]);
                var (mine, other) = (ImageDatasetTests.Read(data, own), ImageDatasetTests.Read(data, next));
                var mixed = batch.Inputs.Span.Slice(i * 90, 90).ToArray();
                var at = Enumerable.Range(0, 90).MaxBy(k => Math.Abs(mine[k] - other[k]));
                var lambda = ((double)mixed[at] - other[at]) / ((double)mine[at] - other[at]);
                for (var k = 0; k < 90; k++) Assert.Equal(lambda * mine[k] + (1 - lambda) * other[k], mixed[k], 1e-5);
                AssertShares(batch, i, data.Target(own), data.Target(next), lambda);
            }
        Assert.Equal(20, place);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    public void A_box_of_the_next_covers_the_share_that_its_class_has(int batchSize)
    {
        var loader = new DataLoader(data, batchSize) { Augmentation = new Augmentation(new Seed(1)) { CutMix = 1 } };
        var covered = 0;
        foreach (var batch in loader.Epoch(0))
            for (var i = 0; i < batch.Samples.Count; i++)
            {
                var (own, next) = (batch.Samples[i], (batch.Samples[i] + 1) % 20);
                var (mine, other) = (ImageDatasetTests.Read(data, own), ImageDatasetTests.Read(data, next));
                var mixed = batch.Inputs.Span.Slice(i * 90, 90).ToArray();
                var ofNext = Enumerable.Range(0, 30).Where(k => Enumerable.Range(0, 3).All(c => mixed[30 * c + k] == other[30 * c + k])).ToList();
                foreach (var k in Enumerable.Range(0, 30).Except(ofNext))
                    for (var c = 0; c < 3; c++) Assert.Equal(mine[30 * c + k], mixed[30 * c + k]);
                if (ofNext.Count > 0)
                {
                    var (columns, rows) = (ofNext.Select(static k => k % 5).Distinct().Count(), ofNext.Select(static k => k / 5).Distinct().Count());
                    Assert.Equal(ofNext.Count, columns * rows);
                }
                covered += ofNext.Count;
                AssertShares(batch, i, data.Target(own), data.Target(next), 1 - ofNext.Count / 30.0);
            }
        Assert.InRange(covered, 60, 400); // of 600, half or less: boxes are clipped
    }

    /// <summary>Mean 1/2 and variance 1 / (4 (2 alpha + 1)) of Beta(alpha, alpha), within five deviations of 20,000 draws.</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(3)]
    public void Shares_are_distributed_as_beta(double alpha)
    {
        var draws = Enumerable.Range(0, 20_000).Select(i =>
        {
            var random = SampleRandom.Of(5, 0, i, SampleRandom.Mix);
            return random.Beta(alpha);
        }).ToArray();
        var variance = 1 / (4 * (2 * alpha + 1));
        Assert.All(draws, static draw => Assert.InRange(draw, 0, 1));
        Assert.Equal(0.5, draws.Average(), 5 * Math.Sqrt(variance / draws.Length));
        Assert.Equal(variance, draws.Average(static draw => (draw - 0.5) * (draw - 0.5)), 5 * variance * Math.Sqrt(2.0 / draws.Length));
    }

    [Fact]
    public void Losses_of_probabilities_take_the_shares()
    {
        var batch = new DataLoader(data, 20) { Augmentation = new Augmentation(new Seed(1)) { Mixup = 1 } }.Epoch(0).Single();
        var logits = Tensor.Randn<float>([20, 4], new Seed(3));
        var mixed = Functional.CrossEntropy(logits, batch.Probabilities!).Item();
        var expected = 0.0;
        for (var i = 0; i < 20; i++)
            for (var c = 0; c < 4; c++)
                expected += batch.Probabilities!.Span[4 * i + c]
                    * Functional.CrossEntropy(logits[i..(i + 1)], Tensor.Create<long>([c])).Item() / 20;
        Assert.Equal(expected, mixed, 1e-5);
    }

    [Fact]
    public void A_sample_without_a_class_is_refused()
    {
        var rows = new TensorDataset(Tensor.Zeros<float>([2, 3]), Tensor.Create<long>([0, -100]), ["a"]);
        var loader = new DataLoader(rows, 2) { Augmentation = new Augmentation(new Seed(0)) { Mixup = 1 } };
        Assert.StartsWith("sample 0 or the sample after it has the target -100", Assert.Throws<InvalidOperationException>(() => loader.First()).Message,
            StringComparison.Ordinal);
    }

    private static void AssertShares(Batch batch, int row, long own, long next, double lambda)
    {
        var expected = new double[4];
        expected[own] += lambda;
        expected[next] += 1 - lambda;
        for (var c = 0; c < 4; c++) Assert.Equal(expected[c], batch.Probabilities!.Span[4 * row + c], 1e-4);
        Assert.Equal(own == next || lambda > 0.5 - 1e-4 ? own : next, batch.Targets.Span[row]);
    }
}
