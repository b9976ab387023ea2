using Surprisal.Mpi;
using Surprisal.Training;

namespace Surprisal.Tests.Mpi;

/// <summary>Parts of a batch: the same bits on any number of ranks, and the numbers of the batch as a whole.</summary>
public sealed class PartsTests
{
    [Theory]
    [InlineData("mlp", 8, 13, 1, 0)]
    [InlineData("mlp", 6, 13, 2, 3)]
    [InlineData("mlp", 12, 5, 1, 2)]
    [InlineData("conv", 8, 13, 1, 0)]
    [InlineData("norm", 8, 13, 1, 0)]
    [InlineData("norm", 6, 7, 2, 0)]
    [InlineData("norm", 8, 3, 1, 0)]
    public void AnyNumberOfRanksGivesTheSameBits(string kind, int parts, int batch, int accumulate, int ignoreEach)
    {
        float[]? weights = ignoreEach > 0 ? [0.5f, 2, 1] : null;
        var (single, train, validation) = SharedTraining.Make(kind, parts, null, batch, accumulate, ignoreEach, weights);
        var expected = SharedTraining.Of(single, single.Fit(train, validation, 2));

        foreach (var ranks in new[] { 2, 3, 4, parts })
        {
            var found = new (string, string)[ranks];
            Loopback.Run(ranks, group =>
            {
                var (trainer, train, validation) = SharedTraining.Make(kind, parts, group, batch, accumulate, ignoreEach, weights);
                found[group.Rank] = SharedTraining.Of(trainer, trainer.Fit(train, validation, 2));
            });
            Assert.All(found, each => Assert.Equal(expected, each));
        }
    }

    /// <summary>Gradients of more than one piece leave while those of the layers before are computed, of all parts side by side.</summary>
    [Theory]
    [InlineData("wide", 4, 13, 1)]
    [InlineData("wide", 3, 49, 1)] // the last batch has one row
    [InlineData("wide", 4, 20, 2)]
    [InlineData("wide norm", 4, 25, 1)]
    [InlineData("wide norm", 4, 20, 2)]
    public void PiecesThatLeaveEarlyHaveTheSameBits(string kind, int parts, int batch, int accumulate)
    {
        var (single, train, validation) = SharedTraining.Make(kind, parts, null, batch, accumulate);
        var expected = SharedTraining.Of(single, single.Fit(train, validation, 1));
        Loopback.Run(2, group =>
        {
            var (trainer, train, validation) = SharedTraining.Make(kind, parts, group, batch, accumulate);
            Assert.Equal(expected, SharedTraining.Of(trainer, trainer.Fit(train, validation, 1)));
        });
    }

    [Theory]
    [InlineData("conv", 1, 0)]
    [InlineData("mlp", 2, 3)]
    [InlineData("norm", 1, 0)]
    [InlineData("norm", 1, 4)]
    public void PartsGiveTheNumbersOfTheWholeBatch(string kind, int accumulate, int ignoreEach)
    {
        float[]? weights = ignoreEach > 0 ? [0.5f, 2, 1] : null;
        var (whole, train, validation) = SharedTraining.Make(kind, 1, null, 13, accumulate, ignoreEach, weights);
        var (parted, _, _) = SharedTraining.Make(kind, 5, null, 13, accumulate, ignoreEach, weights);
        var expected = whole.Fit(train, validation, 2);
        var found = parted.Fit(train, validation, 2);

        Assert.Equal(expected[1].TrainLoss, found[1].TrainLoss, 1e-4);
        Assert.Equal(expected[1].Validation.Loss, found[1].Validation.Loss, 1e-4);
        foreach (var (one, other) in whole.Model.StateDictionary().Zip(parted.Model.StateDictionary()))
            if (one.Value is Tensor<float> a && other.Value is Tensor<float> b)
                for (var i = 0; i < a.Length; i++) Assert.Equal(a.Span[i], b.Span[i], 2e-4);
            else Assert.Equal(((Tensor<long>)one.Value).ToArray(), ((Tensor<long>)other.Value).ToArray());
    }
}
