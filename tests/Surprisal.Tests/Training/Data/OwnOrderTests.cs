using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Subsets, and what a loader makes of samplers and collate functions that users write.</summary>
public sealed class OwnOrderTests
{
    private static readonly TensorDataset data =
        new(Tensor.Arange<float>(0, 20, 1).Reshape(10, 2), Tensor.Create<long>([0, 1, 2, 0, 1, 2, 0, 1, 2, 0]), ["a", "b", "c"]);

    [Fact]
    public void ASubsetHasTheSamplesInTheOrderGiven()
    {
        var subset = data.Subset([7, 0, 7]);
        Assert.Equal((3, data.SampleShape, data.ClassNames), (subset.Count, subset.SampleShape, subset.ClassNames));
        Assert.Equal([1L, 0, 1], Enumerable.Range(0, 3).Select(subset.Target));
        var (inputs, _) = Batch.Collate(subset, [0, 1, 2]);
        Assert.Equal([14f, 15, 0, 1, 14, 15], inputs.ToArray());
        Assert.Equal([6f, 7], Batch.Collate(data.Subset([5, 3]).Subset([1]), [0]).Inputs.ToArray());
        Assert.Equal(0, data.Subset([]).Count);
        Assert.Equal("index is 3; the dataset has 3 samples, 0..2. (Parameter 'index')",
            Assert.Throws<ArgumentOutOfRangeException>(() => subset.Target(3)).Message);
        Assert.NotEqual(new DataLoader(data.Subset([1, 2]), 2).Fingerprint, new DataLoader(data.Subset([2, 1]), 2).Fingerprint);
    }

    [Fact]
    public void AChangeOfTheListAfterwardsChangesNothing()
    {
        var indices = new List<int> { 4 };
        var subset = data.Subset(indices);
        indices[0] = 99;
        Assert.Equal(1L, subset.Target(0));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void AnIndexOutOfRangeIsRefusedWithItsPosition(int index)
    {
        Assert.Equal($"indices[2] is {index}; the dataset has 10 samples, 0..9. (Parameter 'indices')",
            Assert.Throws<ArgumentOutOfRangeException>(() => data.Subset([0, 1, index])).Message);
        Assert.Equal("indices", Assert.Throws<ArgumentNullException>(() => data.Subset(null!)).ParamName);
    }

    [Fact]
    public void ASamplersOrderIsReadEpochByEpochWithALastUnevenBatch()
    {
        var loader = new DataLoader(data, 4, new Every { Orders = [[1, 3, 5, 7, 9], [9, 9, 9, 0, 0]] });
        Assert.Equal((2, 5), (loader.BatchCount, loader.SampleCount));
        Assert.Equal([[1, 3, 5, 7], [9]], loader.Select(static batch => batch.Samples));
        Assert.Equal([[9, 9, 9, 0], [0]], loader.Select(static batch => batch.Samples));
        Assert.Equal([[9]], loader.Epoch(0, first: 1).Select(static batch => batch.Samples));
    }

    [Fact]
    public void ASamplerThatGivesWhatItShouldNotIsRefused()
    {
        var loader = new DataLoader(data, 4, new Every { Orders = [[1, 3, 5, 7], [1, 2, 3, 10, 4], [0, 0, 0, 0, -1]] });
        Assert.Equal("the sampler promises 5 samples an epoch, but gave 4 for epoch 0.", Refusal(loader, 0));
        Assert.Equal("the sampler gave sample 10 at position 3 of epoch 1, but the dataset has 10 samples.", Refusal(loader, 1));
        Assert.Equal("the sampler gave sample -1 at position 4 of epoch 2, but the dataset has 10 samples.", Refusal(loader, 2));
    }

    [Fact]
    public void ACollateFunctionMakesTheBatch()
    {
        var loader = new DataLoader(data, 4)
        {
            Collate = static (from, samples) => Batch.Collate(from, [.. samples.Where(sample => from.Target(sample) < 2)]), // leaves some out
        };
        Assert.Equal([[0, 1, 3], [4, 6, 7], [9]], loader.Select(static batch => batch.Samples));
        var nameless = new DataLoader(data, 5) { Collate = static (from, samples) => Batch.Collate(from, samples) with { Samples = [] } };
        Assert.Equal(2, nameless.Count());
    }

    [Fact]
    public void ABatchWhoseCountsDifferIsRefused()
    {
        Assert.Equal("Collate made inputs of shape [3, 2] and targets of shape [4] of the 4 samples of batch 0; [N, ..] and [N] are needed.",
            Refusal(static batch => batch with { Inputs = batch.Inputs[1..] }));
        Assert.Equal("Collate made inputs of shape [] and targets of shape [4] of the 4 samples of batch 0; [N, ..] and [N] are needed.",
            Refusal(static batch => batch with { Inputs = Tensor.Scalar(1f) }));
        Assert.Equal("Collate made inputs of shape [4, 2] and targets of shape [] of the 4 samples of batch 0; [N, ..] and [N] are needed.",
            Refusal(static batch => batch with { Targets = Tensor.Scalar(1L) }));
        Assert.Equal("Collate made 4 rows of batch 0, but names 1 samples; Samples has one index a row, or none where nobody knows it.",
            Refusal(static batch => batch with { Samples = [1] }));
        Assert.Equal("Collate made no batch of the 4 samples of batch 0.", Refusal(static _ => null!));
        Assert.Equal("Collate", Assert.Throws<ArgumentNullException>(static () => new DataLoader(data, 4) { Collate = null! }).ParamName);

        static string Refusal(Func<Batch, Batch> change) =>
            OwnOrderTests.Refusal(new DataLoader(data, 4) { Collate = (from, samples) => change(Batch.Collate(from, samples)) }, 0);
    }

    private static string Refusal(DataLoader loader, int epoch) =>
        Assert.Throws<InvalidOperationException>(() => loader.Epoch(epoch).Count()).Message;

    private sealed class Every : Sampler
    {
        public required int[][] Orders { get; init; }

        public override int Count => 5;

        public override IReadOnlyList<int> Order(int epoch) => Orders[epoch];
    }
}
