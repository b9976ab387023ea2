using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>When training ends early, what ends it for good, and how it goes on with more patience.</summary>
public sealed class EarlyStoppingTests
{
    [Theory]
    [InlineData(new[] { 1.0, 2, 2, 2, 2 }, 1, 0, 2)]
    [InlineData(new[] { 1.0, 2, 2, 2, 2 }, 3, 0, 4)] // at the third epoch that is not better
    [InlineData(new[] { 1.0, 1, 1, 1, 1 }, 2, 0, 3)] // equal is not better
    [InlineData(new[] { 5.0, 4, 3, 2, 1 }, 1, 0, 5)]
    [InlineData(new[] { 5.0, 4.75, 4.5, 4.25, 4 }, 3, 0.5, 5)] // half a unit below the last that was better: 5, 4.25 are
    [InlineData(new[] { 5.0, 4.5, 4.5, 4.5, 4 }, 2, 0.5, 3)] // strictly
    [InlineData(new[] { 1.0, double.NaN, 0.5, 0.4, 0.3 }, 3, 0, 2)]
    [InlineData(new[] { double.NaN, 1, 0.5, 0.4, 0.3 }, 3, 0, 1)]
    [InlineData(new[] { double.PositiveInfinity, 1, 2, 0.5, 3 }, 2, 0, 5)]
    public void EpochsUntilTheEnd(double[] values, int patience, double difference, int epochs)
    {
        foreach (var higherIsBetter in (bool[])[false, true])
        {
            var told = Array.ConvertAll(values, value => higherIsBetter ? -value : value);
            var trainer = Trainer(told, new() { Patience = patience, MinimumDifference = difference }, higherIsBetter);
            Assert.Equal(epochs, trainer.Fit(Loader(), Loader(), values.Length).Count);
            Assert.Equal(epochs, trainer.Position.Epoch);
            if (epochs < values.Length) Assert.Empty(trainer.Fit(Loader(), Loader(), values.Length)); // it has ended
        }
    }

    [Fact]
    public void AResumedTrainingWaitsAsLongAsOneThatWasNot()
    {
        double[] values = [3, 2, 2.5, 2.4, 1.9, 2, 2, 2, 2, 2];
        var path = Path.GetTempFileName();
        try
        {
            for (var stop = 1; stop < 8; stop++)
            {
                var first = Trainer(values[..stop], new());
                first.Fit(Loader(), Loader(), stop);
                Checkpoint.Save(path, first, Loader());
                var second = Trainer(values[stop..], new());
                Assert.Empty(Checkpoint.Load(path, second, Loader()));
                second.Fit(Loader(), Loader(), 10);
                Assert.Equal((8, 5), (second.Position.Epoch, second.Best!.Epoch));

                Checkpoint.Save(path, second, Loader());
                var same = Trainer([], new());
                Checkpoint.Load(path, same, Loader());
                Assert.Empty(same.Fit(Loader(), Loader(), 10));
                var patient = Trainer(values[8..], new() { Patience = 4 });
                Checkpoint.Load(path, patient, Loader());
                Assert.Single(patient.Fit(Loader(), Loader(), 10));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void ANaNEndsItForGood()
    {
        var path = Path.GetTempFileName();
        try
        {
            var first = Trainer([1, double.NaN], new());
            first.Fit(Loader(), Loader(), 5);
            Checkpoint.Save(path, first, Loader());
            var second = Trainer([], new() { Patience = 1000 });
            Checkpoint.Load(path, second, Loader());
            Assert.Empty(second.Fit(Loader(), Loader(), 5));
            Assert.Equal(1, second.Best!.Epoch);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void AFunctionAfterEachStepOrEpochEndsItToo()
    {
        var (model, seen) = (new Sequential(new Linear(3, 2, new Seed(1))), new List<int>());
        var trainer = new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.5))
        {
            AfterEpoch = report =>
            {
                seen.Add(report.Epoch);
                Assert.InRange(report.WaitingShare, 0, 1);
                return report.Epoch == 2;
            },
            AfterStep = static position => position is { Epoch: 2, Batch: 2 } or { Epoch: 3, Batch: 3 },
        };
        Assert.Equal(2, trainer.Fit(Loader(), Loader(), 9).Count);
        Assert.Empty(trainer.Fit(Loader(), Loader(), 9));
        Assert.Equal((2, 2), (trainer.Position.Epoch, trainer.Position.Batch));
        Assert.Single(trainer.Fit(Loader(), Loader(), 9)); // the third epoch, then all batches of the fourth
        Assert.Equal((3, 3), (trainer.Position.Epoch, trainer.Position.Batch));
        Assert.Equal([1, 2, 3], seen);
        Assert.Equal(4, Assert.Single(trainer.Fit(Loader(), Loader(), 4)).Epoch);
    }

    [Fact]
    public void WhatCannotBeIsRefused()
    {
        Assert.StartsWith("Patience is 0; at least one epoch must not be better.",
            Assert.Throws<ArgumentOutOfRangeException>(static () => new EarlyStopping { Patience = 0 }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new EarlyStopping { MinimumDifference = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new EarlyStopping { MinimumDifference = double.NaN });
    }

    private static Trainer Trainer(double[] values, EarlyStopping stopping, bool higherIsBetter = false)
    {
        var model = new Sequential(new Linear(3, 2, new Seed(1)));
        var told = new Queue<double>(values);
        return new(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.5))
        {
            Criterion = new("told", _ => told.Dequeue(), higherIsBetter), EarlyStopping = stopping,
        };
    }

    private static DataLoader Loader() => new(
        new TensorDataset(Tensor.Randn<float>([10, 3], new Seed(7)), Tensor.RandInt<long>(0, 2, [10], new Seed(8)), ["a", "b"]), batchSize: 4, new Seed(3));
}
