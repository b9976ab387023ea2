using Surprisal.Modules;
using Surprisal.Mpi;
using Surprisal.Training;

namespace Surprisal.Tests.Mpi;

/// <summary>What ranks decide together: traffic, stops, what is not finite, checkpoints.</summary>
public sealed class SharedStepTests
{
    /// <summary>M (s + 1) (R - 1) / R bytes a step, up to slices of whole lane blocks.</summary>
    [Theory]
    [InlineData(8, 2, 1)]
    [InlineData(8, 4, 1)]
    [InlineData(8, 8, 1)]
    [InlineData(6, 2, 2)]
    [InlineData(8, 3, 2)]
    public void ARankSendsWhatTheTheorySays(int parts, int ranks, int subtrees)
    {
        var sent = new long[ranks];
        var (floats, steps) = (0, 0);
        Loopback.Run(ranks, group =>
        {
            var counting = new CountingGroup(group);
            var (trainer, train, validation) = SharedTraining.Make("mlp", parts, counting);
            trainer.Fit(train, validation, 1);
            sent[group.Rank] = counting.Sent[1] + counting.Sent[2];
            if (group.Rank == 0) (floats, steps) = (trainer.Model.Parameters().Sum(static parameter => parameter.Length), train.BatchCount);
        });
        var slice = (floats + ranks - 1) / ranks;
        Assert.All(sent, bytes =>
        {
            Assert.True(bytes >= 4L * slice * (subtrees + 1) * (ranks - 1) * steps);
            Assert.True(bytes <= 4L * (slice + 15) * (subtrees + 1) * (ranks - 1) * steps);
        });
    }

    /// <summary>Gradients of the last layers have left when Backward comes to the layers before them, in every part.</summary>
    [Theory]
    [InlineData(2, 2)]
    [InlineData(8, 2)]
    [InlineData(6, 3)]
    public void APieceLeavesWhileTheLayersBeforeAreComputed(int parts, int ranks)
    {
        var passed = new int[ranks];
        Loopback.Run(ranks, group =>
        {
            var counting = new CountingGroup(group);
            var seed = new Seed(3);
            var model = new Sequential(new Flatten(), new Linear(36, 1100, seed), new Passed(() =>
            {
                Assert.True(counting.Sent[1] > 0, "nothing had left");
                passed[group.Rank]++;
            }), new Linear(1100, 1100, seed), new Relu(), new Linear(1100, SharedTraining.Classes, seed));
            var trainer = new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.01)) { Parts = parts, Group = counting };
            trainer.Fit(new DataLoader(SharedTraining.Data(24), 24), new DataLoader(SharedTraining.Data(4), 4), 1);
        });
        Assert.All(passed, count => Assert.Equal(parts / ranks, count));
    }

    [Fact]
    public void WhoIsToldToStopStopsAllAtTheSameStep()
    {
        var positions = new TrainingPosition[3];
        Loopback.Run(3, group =>
        {
            using var source = new CancellationTokenSource();
            var (trainer, train, validation) = SharedTraining.Make("mlp", 4, group);
            var steps = 0;
            var progress = new Told(() =>
            {
                if (++steps == 2 && group.Rank == 1) source.Cancel();
            });
            trainer.Fit(train, validation, 3, progress, source.Token);
            Assert.True(trainer.WasStopped);
            positions[group.Rank] = trainer.Position;
        });
        Assert.All(positions, position => Assert.Equal((0, 3), (position.Epoch, position.Batch)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void WhatIsNotFiniteIsUndoneByAllWithTheSameWords(int ranks)
    {
        var (messages, bits) = (new string[ranks], new string[ranks]);
        string before = "";
        Loopback.Run(ranks, group =>
        {
            var (trainer, _, validation) = SharedTraining.Make("norm", 4, group);
            var data = SharedTraining.Data(8, notFinite: 7);
            if (group.Rank == 0) before = SharedTraining.Bits(trainer.Model);
            var error = Assert.Throws<NonFiniteException>(() => trainer.Fit(new DataLoader(data, 8), validation, 1));
            (messages[group.Rank], bits[group.Rank]) = (error.Message, SharedTraining.Bits(trainer.Model));
        });
        Assert.All(messages, static message => Assert.StartsWith(
            "epoch 1, batch 1: the loss is not finite, nor is the input of sample 7. The batch was undone.", message, StringComparison.Ordinal));
        Assert.All(bits, each => Assert.Equal(before, each));
    }

    [Fact]
    public void ACheckpointDoesNotKnowHowManyRanksThereWere()
    {
        var file = Path.GetTempFileName();
        try
        {
            var (whole, train, validation) = SharedTraining.Make("norm", 8);
            whole.Fit(train, validation, 3);
            Loopback.Run(4, group =>
            {
                var (trainer, train, validation) = SharedTraining.Make("norm", 8, group);
                var training = new DistributedTrainer(trainer, train, validation);
                training.Fit(1);
                training.Save(file);
            });
            foreach (var ranks in new[] { 1, 3 })
                Loopback.Run(ranks, group =>
                {
                    var (trainer, train, validation) = SharedTraining.Make("norm", 8, group);
                    var training = new DistributedTrainer(trainer, train, validation);
                    training.Load(file);
                    training.Fit(3);
                    Assert.Equal(SharedTraining.Bits(whole.Model), SharedTraining.Bits(trainer.Model));
                });
            var (other, _, _) = SharedTraining.Make("norm", 4);
            var error = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(file, other, train));
            Assert.Contains("its parts of a batch is \"8\", here it is \"4\"", error.Message, StringComparison.Ordinal);
            var (single, _, _) = SharedTraining.Make("norm", 1);
            Assert.Throws<InvalidDataException>(() => Checkpoint.Load(file, single, train));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void ACheckpointOfOnePartIsRefusedByOneOfSeveral()
    {
        var file = Path.GetTempFileName();
        try
        {
            var (single, train, _) = SharedTraining.Make("mlp", 1);
            Checkpoint.Save(file, single, train);
            var (parted, _, _) = SharedTraining.Make("mlp", 2);
            var error = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(file, parted, train));
            Assert.Contains("its parts of a batch is \"1\", here it is \"2\"", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void MoreProcessesThanPartsAreRefused() => Loopback.Run(2, group =>
    {
        var (trainer, train, validation) = SharedTraining.Make("mlp", 1, group);
        var error = Assert.Throws<InvalidOperationException>(() => trainer.Fit(train, validation, 1));
        Assert.Equal("there are 2 processes, but a batch has 1 part; a process has at least one: set Parts to as many or more.", error.Message);
    });

    /// <summary>Which part of a batch fails is told, and the others, which wait for it, end.</summary>
    [Fact]
    public void APartThatFailsEndsTheStep()
    {
        var (trainer, train, validation) = SharedTraining.Make("norm", 4);
        var model = new Sequential(trainer.Model, new Refusing());
        var failing = new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.1)) { Parts = 4 };
        Assert.Equal("refused", Assert.Throws<InvalidOperationException>(() => failing.Fit(train, validation, 1)).Message);
        Assert.Equal((0, 0), (failing.Position.Epoch, failing.Position.Batch));
    }

    /// <summary>Says when Backward comes by.</summary>
    private sealed class Passed(Action seen) : Module
    {
        public override Tensor<float> Forward(Tensor<float> input)
        {
            if (input.RequiresGrad)
                input.RegisterHook(_ =>
                {
                    seen();
                    return null;
                });
            return input;
        }
    }

    private sealed class Told(Action step) : IProgress<TrainingPosition>
    {
        public void Report(TrainingPosition value) => step();
    }

    private sealed class Refusing : Module
    {
        private int calls;

        public override Tensor<float> Forward(Tensor<float> input) =>
            ++calls == 2 ? throw new InvalidOperationException("refused") : input;
    }
}
