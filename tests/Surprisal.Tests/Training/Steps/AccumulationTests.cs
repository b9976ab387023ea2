using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Several batches of one step: the mean over all their samples, as one large batch has it.</summary>
public sealed class AccumulationTests
{
    private const int Count = 52, Small = 4;

    public static TheoryData<string, int> Cases => [.. from name in objectives.Keys from steps in (int[])[2, 3, 4, 13, 20] select (name, steps)];

    private static readonly Dictionary<string, Func<Module, Optimizer, int, Trainer>> objectives = new(StringComparer.Ordinal)
    {
        ["cross-entropy"] = static (model, optimizer, steps) => new(model, new CrossEntropyLoss(), optimizer) { AccumulateSteps = steps },
        ["weights"] = static (model, optimizer, steps) =>
            new(model, new CrossEntropyLoss { Weight = [1, 10, 0.1], LabelSmoothing = 0.1 }, optimizer) { AccumulateSteps = steps },
        ["a weight of 0"] = static (model, optimizer, steps) =>
            new(model, new CrossEntropyLoss { Weight = [1, 0, 2] }, optimizer) { AccumulateSteps = steps },
        ["a normalizer"] = static (model, optimizer, steps) =>
            new(model, new CrossEntropyLoss { Normalizer = 9 }, optimizer) { AccumulateSteps = steps },
        ["focal"] = static (model, optimizer, steps) =>
            new(model, new SoftmaxFocalLoss { Reduction = Reduction.Mean, Weight = [1, 10, 0.1] }, optimizer) { AccumulateSteps = steps },
        ["clipped"] = static (model, optimizer, steps) =>
            new(model, new CrossEntropyLoss(), optimizer) { AccumulateSteps = steps, MaxGradientNorm = 0.1, MaxGradientValue = 0.05 },
    };

    [Theory, MemberData(nameof(Cases))]
    public void SmallBatchesMakeTheStepOfTheLargeOne(string name, int steps)
    {
        var data = Data(ignored: true);
        var (one, two) = (Learner(), Learner());
        var large = objectives[name](one, new Sgd(one.Parameters(), 0.1, momentum: 0.9, weightDecay: 0.01), 1);
        var small = objectives[name](two, new Sgd(two.Parameters(), 0.1, momentum: 0.9, weightDecay: 0.01), steps);
        var expected = large.Fit(new(data, Small * steps, new Seed(3)), new(data, 20), 3);
        var actual = small.Fit(new(data, Small, new Seed(3)), new(data, 20), 3);
        AssertNear(one, two);
        foreach (var (a, b) in expected.Zip(actual))
        {
            Assert.Equal(a.TrainLoss, b.TrainLoss, 1e-5);
            Assert.Equal(a.Validation.Loss, b.Validation.Loss, 1e-5);
        }
    }

    [Fact]
    public void TheMeanOfAUserFunctionIsWeightedBySamples()
    {
        var data = Data(ignored: false);
        var (one, two) = (Learner(), Learner());
        static Tensor<float> Loss(Tensor<float> logits, Tensor<long> targets) => new CrossEntropyLoss().Forward(logits, targets) * 2f;
        var large = new Trainer(one, Loss, new Sgd(one.Parameters(), 0.1));
        var small = new Trainer(two, Loss, new Sgd(two.Parameters(), 0.1)) { AccumulateSteps = 3 };
        large.Fit(new(data, 15), new(data, 20), 2); // 52 samples: 15, 15, 15, 7
        small.Fit(new(data, 5), new(data, 20), 2); // ... and 5 + 2
        AssertNear(one, two);
    }

    [Fact]
    public void StepsAreCountedNotBatches()
    {
        var data = Data(ignored: false);
        var model = Learner();
        var optimizer = new Sgd(model.Parameters(), 1);
        var (positions, rates) = (new List<TrainingPosition>(), new List<double>());
        var trainer = new Trainer(model, new CrossEntropyLoss(), optimizer)
        {
            AccumulateSteps = 5, Schedule = new LambdaLr(optimizer, static step => 1.0 / (step + 1)) { Unit = ScheduleUnit.Step },
            AfterStep = position =>
            {
                positions.Add(position);
                rates.Add(optimizer.LearningRate);
                return false;
            },
        };
        trainer.Fit(new(data, Small), new(data, 20), 2); // 13 batches: 5, 5, 3
        Assert.Equal([(0, 5, 20L), (0, 10, 40), (0, 13, 52), (1, 5, 20), (1, 10, 40), (1, 13, 52)],
            positions.Select(static at => (at.Epoch, at.Batch, at.Samples)));
        Assert.Equal([1.0 / 2, 1.0 / 3, 1.0 / 4, 1.0 / 5, 1.0 / 6, 1.0 / 7], rates);
        Assert.Equal(6, trainer.Schedule!.Epoch);
    }

    [Fact]
    public void BatchNormalisationSeesTheSmallBatches()
    {
        var inputs = Tensor.Randn<float>([8, 1, 2, 1], new Seed(1));
        var data = new TensorDataset(inputs, Tensor.Create<long>([0, 1, 0, 1, 0, 1, 0, 1]), ["a", "b"]);
        var (model, byHand) = (new Sequential(new BatchNorm2d(1), new Flatten(), new Linear(2, 2, new Seed(2))), new BatchNorm2d(1));
        var trainer = new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.1)) { AccumulateSteps = 4 };
        trainer.Fit(new(data, 2), new(data, 8), 1);
        for (var i = 0; i < 8; i += 2) byHand.Forward(inputs[i..(i + 2)]);
        foreach (var name in (string[])["running_mean", "running_var", "num_batches_tracked"])
            Assert.True(byHand.StateDictionary()[name].HasSameBits(model.StateDictionary()[$"0.{name}"]), name);
    }

    [Fact]
    public void AStepOfWhichNothingCountsIsNoneAndAnEmptyBatchAmongOthersCountsNothing()
    {
        long[] targets = [0, 1, -100, -100, -100, -100, -100, -100, 1, 0, 1, 0];
        var data = new TensorDataset(Tensor.Randn<float>([12, 3], new Seed(5)), Tensor.Create<long>(targets), ["a", "b"]);
        var model = new Sequential(new Linear(3, 2, new Seed(6)));
        var trainer = new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.1, weightDecay: 0.1)) { AccumulateSteps = 2 };
        var seen = new List<float[]>();
        var report = Assert.Single(trainer.Fit(new(data, 2), new(data, 12), 1, new Told(_ => seen.Add(model.Parameters().First().ToArray()))));
        Assert.Equal((2, 0), (report.Empty, report.Skipped)); // the second window; not the second batch
        Assert.Equal(3, seen.Count);
        Assert.Equal(seen[0], seen[1]);
        Assert.NotEqual(seen[1], seen[2]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AStepThatIsNotFiniteIsUndoneWholeAndItsBatchNamed(bool keepGoing)
    {
        var inputs = Tensor.Randn<float>([12, 3], new Seed(5));
        inputs[7].Fill(float.NaN); // the fourth batch, the second of the second window
        var data = new TensorDataset(inputs, Tensor.RandInt<long>(0, 2, [12], new Seed(6)), ["a", "b"]);
        var fine = data.Subset([0, 1, 2, 3, 8, 9, 10, 11]);
        var (model, other) = (Dropped(), Dropped());
        var trainer = Make(model, keepGoing);
        if (!keepGoing)
        {
            var error = Assert.Throws<NonFiniteException>(() => trainer.Fit(new(data, 2), new(fine, 8), 1));
            Assert.Equal((4, 7), (error.Batch, error.Sample));
            Assert.Equal((2, 0), (trainer.Position.Batch, trainer.Position.Skipped));
            return;
        }
        var report = Assert.Single(trainer.Fit(new(data, 2), new(fine, 8), 1));
        Assert.Equal((0, 2), (report.Empty, report.Skipped));
        Make(other, keepGoing: false).Fit(new(fine, 2), new(fine, 8), 1);
        foreach (var (a, b) in model.Parameters().Zip(other.Parameters())) Assert.True(a.HasSameBits(b));

        static Sequential Dropped() => new(new Dropout(0.4, new Seed(1)), new Linear(3, 2, new Seed(6)));
        static Trainer Make(Module model, bool keepGoing) =>
            new(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.1)) { AccumulateSteps = 2, KeepGoing = keepGoing };
    }

    [Fact]
    public void NoBatchesAreRefused() =>
        Assert.StartsWith("AccumulateSteps is 0; a step has at least one batch.", Assert.Throws<ArgumentOutOfRangeException>(static () =>
            new Trainer(new Linear(1, 1, new Seed(0)), new CrossEntropyLoss(), new Sgd([Tensor.Zeros<float>([1], requiresGrad: true)], 0.1))
            {
                AccumulateSteps = 0,
            }).Message, StringComparison.Ordinal);

    /// <summary>Dropout twice, one of them called twice a pass, and once over rows that are a third of a sample.</summary>
    private static Sequential Learner()
    {
        var again = new Dropout(0.2, new Seed(21));
        return new(new Linear(6, 12, new Seed(22)), again, new Relu(), again, new Linear(12, 3, new Seed(23)), new Thirds());
    }

    private sealed class Thirds : Module
    {
        private readonly Dropout dropout;

        public Thirds() => dropout = Child("dropout", new Dropout(0.1, new Seed(24)));

        public override Tensor<float> Forward(Tensor<float> input) => dropout.Forward(input.Reshape(input.Length, 1)).Reshape(input.Shape[0], 3);
    }

    private static TensorDataset Data(bool ignored)
    {
        var targets = Tensor.RandInt<long>(0, 3, [Count], new Seed(12)).ToArray();
        for (var i = 0; ignored && i < Count; i += 5) targets[i] = -100;
        return new(Tensor.Randn<float>([Count, 6], new Seed(11)), Tensor.Create<long>(targets), ["a", "b", "c"]);
    }

    private static void AssertNear(Module expected, Module actual)
    {
        foreach (var (a, b) in expected.Parameters().Zip(actual.Parameters()))
            foreach (var (x, y) in a.ToArray().Zip(b.ToArray()))
                Assert.Equal(x, y, 3e-6);
    }
}
