using Surprisal.Cli;
using Surprisal.Cli.Ranks;
using Surprisal.Modules;
using Surprisal.Mpi;
using Surprisal.Training;

namespace Surprisal.Tests.Mpi;

/// <summary>What surrounds a training on ranks: launchers, the first message, cores, who is behind.</summary>
public sealed class RankTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=2 PMIX_RANK=2", "Open MPI's mpirun", 4, 2)]
    [InlineData("PMI_SIZE=3 PMI_RANK=0", "MPICH's mpirun", 3, 0)]
    [InlineData("SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=8 SLURM_PROCID=7 PMIX_RANK=7", "srun", 8, 7)]
    [InlineData("SLURM_NTASKS=8", null, 0, 0)]
    [InlineData("OMPI_COMM_WORLD_SIZE=none", null, 0, 0)]
    [InlineData("", null, 0, 0)]
    public void ALauncherIsKnownByItsVariables(string variables, string? name, int size, int rank)
    {
        var set = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split('=')).ToDictionary(
            static pair => pair[0], static pair => pair[1], StringComparer.Ordinal);
        var launcher = Launcher.Find(variable => set.GetValueOrDefault(variable));
        Assert.Equal(name, launcher?.Name);
        if (launcher is not null) Assert.Equal((size, rank), (launcher.Size, launcher.Rank));
    }

    [Fact]
    public void WhatDiffersIsNamedAtWhichRanks()
    {
        var messages = new string[3];
        Loopback.Run(3, group => messages[group.Rank] = Assert.Throws<MpiException>(() => new Introduction
        {
            Parts = 8, Version = "1", Options = group.Rank == 1 ? "lr 0.1" : "lr 0.2", Data = "d", Shapes = group.Rank == 0 ? "a" : "b",
        }.Exchange(group)).Message);
        Assert.All(messages, message => Assert.Equal(messages[0], message));
        var host = $"({Environment.MachineName}, process {Environment.ProcessId})";
        Assert.Equal($"the ranks are not about to do the same; other than at rank 0 {host} is: options at rank 1 {host}; " +
            $"shapes at rank 1 {host}, 2 {host}.", messages[0]);
    }

    [Fact]
    public void RanksThatAgreeKnowEachOther() => Loopback.Run(2, static group => Assert.Equal(
        Enumerable.Repeat($"{Environment.MachineName}, process {Environment.ProcessId}", 2),
        new Introduction { Parts = 8, Version = "1", Options = "o", Data = "d", Shapes = "s" }.Exchange(group)));

    [Fact]
    public void OtherWeightsOfARankAreFound()
    {
        var error = Assert.Throws<MpiException>(() => Loopback.Run(3, static group =>
        {
            var (trainer, train, validation) = SharedTraining.Make("mlp", 4, group);
            using (Tensor.NoGrad())
                if (group.Rank == 2) trainer.Model.Parameters().First().AsSpan()[5] += 1;
            new DistributedTrainer(trainer, train, validation).Fit(1);
        }));
        Assert.StartsWith("weights of rank 2 differ from the start from those of rank 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherWeightsOfARankAreFoundBeforeTheyAreSaved()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var error = Assert.Throws<MpiException>(() => Loopback.Run(2, group =>
        {
            var (trainer, train, validation) = SharedTraining.Make("mlp", 4, group);
            var training = new DistributedTrainer(trainer, train, validation);
            training.Fit(1);
            using (Tensor.NoGrad())
                if (group.Rank == 1) trainer.Model.Parameters().First().AsSpan()[5] += 1;
            training.Save(file);
        }));
        Assert.StartsWith("weights of rank 1 differ in epoch 2 from those of rank 0", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    /// <summary>By the clock that all have, and after the last step.</summary>
    [Fact]
    public void ALongTrainingIsSavedNowAndThen()
    {
        var (now, isStopping, shown, saved) = (TimeSpan.Zero, false, 0, new List<int>());
        var timed = new TimedSave(new Shown(() => shown++), () => saved.Add(shown), TimeSpan.FromMinutes(10), () => now, () => isStopping);
        for (var step = 1; step <= 30; step++)
        {
            now += TimeSpan.FromMinutes(1);
            isStopping = step == 27;
            ((IProgress<TrainingPosition>)timed).Report(new());
        }
        Assert.Equal([10, 20, 27], saved);
        Assert.Equal(30, shown);
    }

    [Fact]
    public void WhatAStepSaysOfItselfArrives()
    {
        var step = new StepRecord(7, true, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), 3, TimeSpan.FromSeconds(4));
        Assert.Equal([step, step], StepRecord.Read([.. step.ToBytes(), .. step.ToBytes()], 2));
    }

    [Fact]
    public void ARankThatFailsEndsTheOthers() => Assert.Equal("rank 1 fails", Assert.Throws<InvalidOperationException>(() =>
        Loopback.Run(3, static group =>
        {
            if (group.Rank == 1) throw new InvalidOperationException("rank 1 fails");
            group.Barrier();
        })).Message);

    [Theory]
    [InlineData("3", "3", 2, 2)] // two ranks on the same two cores
    [InlineData("1", "2", 1, 1)] // one core each
    [InlineData("ffffffff,0000000f", "00000000,0000000f", 36, 2)]
    [InlineData("f0", "0f", 4, 1)]
    public void CoresAreSharedByThoseWhoMeetThere(string mine, string other, int cores, int sharers) =>
        Assert.Equal((cores, sharers), Cores.Count(mine, [mine, other]));

    [Fact]
    public void WhoIsBehindHasTheLeastStepAndThenThePhase()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            RankState.Write(folder, 0, 812, "gradients");
            RankState.Write(folder, 1, 812, "forward and backward");
            RankState.Write(folder, 2, 813, "forward and backward");
            Assert.Equal((1, 812, "forward and backward"), RankState.Behind(folder, 3));
            Assert.Null(RankState.Behind(folder, 4));
            Assert.Equal("rank 0 waited 60 s in step 812 for gradients; furthest behind: rank 1, step 812, forward and backward",
                Watchdog.Complaint("rank 0", TimeSpan.FromSeconds(60), 812, "gradients", "rank 1, step 812, forward and backward"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void LinesOfARankSayWhose()
    {
        using var text = new StringWriter { NewLine = "\n" };
        using (var errors = new RankErrors(text, "rank 2 (b): ") { NewLine = "\n" })
        {
            errors.WriteLine("one");
            errors.Write("tw");
            errors.WriteLine("o");
        }
        Assert.Equal("rank 2 (b): one\nrank 2 (b): two\n", text.ToString());
    }

    [Fact]
    public void TheLastLayerOfEachRankLearnsItsClasses()
    {
        var losses = new float[2];
        Loopback.Run(2, group =>
        {
            var hidden = Tensor.Randn<float>([3, 64], new Seed(1));
            var targets = Tensor.Create<long>([5, 50_000, -100]);
            // snippet: machines-vocabulary
            var loss = new VocabularyParallelLoss(new CrossEntropyLoss { LabelSmoothing = 0.1 }, classes: 50_257, parts: 8, group);
            var (start, end) = (loss.Columns.Start.Value, loss.Columns.End.Value);
            var last = new Linear(64, end - start, new Seed(group.Rank));   // its rows of the weights
            var logits = last.Forward(hidden);                              // [N, end - start]
            loss.Forward(logits, targets).Backward();                       // exchanges nothing
            // end
            Assert.Equal(last.Parameters().First().Shape, last.Parameters().First().Grad!.Shape);
            losses[group.Rank] = loss.Forward(logits.Detach(), targets).Item();
        });
        Assert.Equal(losses[0], losses[1]);
        Assert.InRange(losses[0], 10, 12); // the logarithm of the classes
    }

    private sealed class Shown(Action show) : IProgress<TrainingPosition>
    {
        public void Report(TrainingPosition value) => show();
    }

    /// <summary>Compiled, as docs/machines.md shows it; it needs an MPI to run.</summary>
    internal static void Train()
    {
        // snippet: machines
        using var ranks = Communicator.Open();
        var random = new Seed(0);
        var (train, validation) = Digits.Load().Split(testShare: 0.2, random);
        var model = new LeNet(1, 8, 8, 10, random);
        var trainer = new Trainer(model, new CrossEntropyLoss(), new Adam(model.Parameters())) { Parts = 8, Group = ranks };
        var training = new DistributedTrainer(trainer, new DataLoader(train, 64, shuffle: random), new DataLoader(validation, 256));
        foreach (var report in training.Epochs(epochs: 2))
            if (ranks.Rank == 0) Console.WriteLine(report);
        training.Save("digits.safetensors");
        // end
    }
}
