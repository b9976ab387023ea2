using Surprisal.Modules;
using Surprisal.Mpi;
using Surprisal.Training;

namespace Surprisal.Tests.Mpi;

/// <summary>Batch normalisation of each part by itself.</summary>
public sealed class PartNormTests
{
    [Theory]
    [InlineData(8, 17, 1)] // the last batch has 16 rows
    [InlineData(6, 12, 2)] // the last has 2, and joins
    [InlineData(3, 6, 3)]
    public void AnyNumberOfRanksGivesTheSameBits(int parts, int batch, int accumulate)
    {
        var (single, train, validation) = SharedTraining.Make("norm", parts, null, batch, accumulate, synchronize: false);
        var expected = SharedTraining.Of(single, single.Fit(train, validation, 2));
        var (whole, _, _) = SharedTraining.Make("norm", parts, null, batch, accumulate);
        Assert.NotEqual(expected, SharedTraining.Of(whole, whole.Fit(train, validation, 2)));
        foreach (var ranks in new[] { 2, 3, Math.Min(parts, 4), parts })
        {
            var (found, messages) = (new (string, string)[ranks], new long[ranks]);
            Loopback.Run(ranks, group =>
            {
                var (trainer, train, validation) = SharedTraining.Make("norm", parts, group, batch, accumulate, synchronize: false);
                found[group.Rank] = SharedTraining.Of(trainer, trainer.Fit(train, validation, 2));
            });
            Assert.All(found, each => Assert.Equal(expected, each));
        }
    }

    /// <summary>
    /// The parts of a batch as batches of their own, whose gradients are added up: what each is normalised with is its own.
    /// The running statistics are those of all rows, for the layer is the first.
    /// </summary>
    [Fact]
    public void EachPartIsNormalisedByItself()
    {
        const int Parts = 3, Rows = 12;
        static Sequential Network() => new(new BatchNorm2d(1), new Flatten(), new Linear(36, SharedTraining.Classes, new Seed(1)));
        var data = SharedTraining.Data(Rows);
        Trainer Make(Module model, int parts, int accumulate) => new(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.1))
        {
            Parts = parts, AccumulateSteps = accumulate, SynchronizeBatchNorm = false, KeepLast = true,
        };
        var (parted, apart, whole) = (Network(), Network(), Network());
        Make(parted, Parts, 1).Fit(new DataLoader(data, Rows), new DataLoader(data, Rows), 1);
        Make(apart, 1, Parts).Fit(new DataLoader(data, Rows / Parts), new DataLoader(data, Rows), 1);
        Make(whole, 1, 1).Fit(new DataLoader(data, Rows), new DataLoader(data, Rows), 1);
        foreach (var (a, b) in parted.Parameters().Zip(apart.Parameters()))
            for (var i = 0; i < a.Length; i++) Assert.Equal(b.Span[i], a.Span[i], 1e-6);
        Assert.NotEqual(whole.Parameters().First().Span[0], parted.Parameters().First().Span[0]);
        foreach (var ((name, expected), (_, found)) in whole.NamedBuffers().Zip(parted.NamedBuffers()))
            if (expected is Tensor<float> floats) Assert.Equal(floats.Span[0], ((Tensor<float>)found).Span[0], 1e-6);
            else Assert.Equal(1, ((Tensor<long>)found).Span[0]);
    }

    [Fact]
    public void APartOfOneRowIsRefused()
    {
        var (trainer, train, validation) = SharedTraining.Make("norm", 8, batch: 15, synchronize: false);
        Assert.Equal("a batch of 15 rows has 8 parts, but batch normalisation of each part by itself needs two rows in each: " +
            "larger batches, fewer parts, or SynchronizeBatchNorm.",
            Assert.Throws<InvalidOperationException>(() => trainer.Fit(train, validation, 1)).Message);
        Assert.Equal((0, 0), (trainer.Position.Epoch, trainer.Position.Batch));
    }

    [Fact]
    public void ACheckpointKnowsOverWhatItWas()
    {
        var file = Path.GetTempFileName();
        try
        {
            var (each, train, _) = SharedTraining.Make("norm", 2, synchronize: false);
            Checkpoint.Save(file, each, train);
            Checkpoint.Load(file, each, train);
            var (whole, _, _) = SharedTraining.Make("norm", 2);
            Assert.Contains("its batch normalisation is \"over each part\", here it is \"over the batch\"",
                Assert.Throws<InvalidDataException>(() => Checkpoint.Load(file, whole, train)).Message, StringComparison.Ordinal);
            Checkpoint.Save(file, whole, train);
            Assert.Throws<InvalidDataException>(() => Checkpoint.Load(file, each, train));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
