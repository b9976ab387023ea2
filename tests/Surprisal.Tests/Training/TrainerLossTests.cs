using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>What the trainer reports: one mean over all samples, whatever the batches, of the samples that count.</summary>
public sealed class TrainerLossTests
{
    private const int Count = 23, Classes = 3;

    public static TheoryData<string> Losses => new(named.Keys);

    private static readonly Dictionary<string, ClassIndexLoss> named = new(StringComparer.Ordinal)
    {
        ["mean"] = new CrossEntropyLoss(),
        ["weights"] = new CrossEntropyLoss { Weight = [1, 10, 0.1] },
        ["a weight of 0"] = new CrossEntropyLoss { Weight = [0, 2, 3] },
        ["a class ignored"] = new CrossEntropyLoss { Weight = [1, 10, 0.1], IgnoreIndex = 1 },
        ["a normalizer"] = new CrossEntropyLoss { Normalizer = 7 },
        ["an error when empty"] = new CrossEntropyLoss { WhenEmpty = EmptyMean.Error },
        ["smoothing"] = new CrossEntropyLoss { Weight = [1, 10, 0.1], LabelSmoothing = 0.2 },
        ["focal"] = new SoftmaxFocalLoss { Gamma = 2, Weight = [1, 10, 0.1] },
        ["likelihood"] = new NllLoss { Weight = [1, 10, 0.1] },
    };

    [Theory, MemberData(nameof(Losses))]
    public void TheLossIsTheSameForEveryBatchSize(string name)
    {
        var loss = named[name];
        for (var seed = 0L; seed < 3; seed++)
        {
            // The last nine are ignored, so that small batches are all ignored.
            var targets = Targets(seed, ignored: loss.IgnoreIndex == -100 ? 9 : 0);
            var (model, data) = (Model(name), Data(seed, targets));
            var (expected, samples, correct) = Expected(loss, model, data, targets);
            for (var size = 1; size <= Count + 1; size++)
                foreach (var shuffle in (bool[])[false, true])
                {
                    var trainer = new Trainer(model, loss, new Sgd(model.Parameters(), learningRate: 0));
                    var loader = new DataLoader(data, size, shuffle ? new Seed(seed) : null);
                    var report = Assert.Single(trainer.Fit(loader, loader, epochs: 1));
                    var (evaluated, metrics) = trainer.Evaluate(loader);
                    foreach (var value in (double[])[report.TrainLoss, report.Validation.Loss, evaluated])
                        Assert.True(Math.Abs(value - expected) <= 1e-6 * Math.Abs(expected),
                            $"{name}, seed {seed}, batches of {size}: {value}, not {expected}");
                    Assert.Equal((samples, correct), ((int)metrics.Counted, (int)metrics.Correct));
                    Assert.Equal((double)correct / samples, report.TrainAccuracy);
                    Assert.Equal((samples, correct), ((int)report.Validation.Metrics.Counted, (int)report.Validation.Metrics.Correct));
                }
        }
    }

    [Fact]
    public void AMeanOfMeansWouldNotPass()
    {
        // The numbers of the report that asked for this: one mean over ten samples, whatever the batches.
        Tensor<float> logits = Tensor.Randn<float>([10, 2], new Seed(4));
        var targets = Tensor.Create<long>([0, 1, 1, 0, 0, 0, 1, 0, 0, 0]);
        var loss = new CrossEntropyLoss { Weight = [1, 10] };
        var model = new Sequential(new Flatten());
        var trainer = new Trainer(model, loss, new Sgd([Tensor.Zeros<float>([1], requiresGrad: true)], 0));
        var data = new TensorDataset(logits, targets, ["a", "b"]);
        foreach (var size in (int[])[1, 2, 3, 4, 10])
        {
            var (value, _) = trainer.Evaluate(new DataLoader(data, size));
            Assert.Equal(loss.Evaluate<float, long>(logits.AsReadOnlyTensorSpan(), targets.AsReadOnlyTensorSpan()).Value, value, 1e-12);
        }
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("an error when empty")]
    public void ABatchOfWhichNothingCountsIsAsIfItWereNotThere(string name)
    {
        var inputs = Tensor.Randn<float>([12, 2, 2, 2], new Seed(5));
        var targets = Tensor.Create<long>([0, 1, 2, 0, -100, -100, -100, -100, 2, 1, 1, 0]);
        var whole = new TensorDataset(inputs, targets, ["a", "b", "c"]);
        var without = new TensorDataset(Tensor.Concatenate<float>([inputs[..4], inputs[8..]]), Tensor.Concatenate<long>([targets[..4], targets[8..]]),
            ["a", "b", "c"]);
        var (first, second) = (Learner(named[name]), Learner(named[name]));
        var report = first.Fit(Batches(whole), Batches(whole), 2)[^1];
        var expected = second.Fit(Batches(without), Batches(without), 2)[^1];
        Assert.Equal(Parameters(second), Parameters(first));
        foreach (var ((_, buffer), (_, other)) in first.Model.NamedBuffers().Zip(second.Model.NamedBuffers())) Assert.Equal(Text(other), Text(buffer));
        Assert.Equal((expected.TrainLoss, expected.TrainAccuracy), (report.TrainLoss, report.TrainAccuracy));
        Assert.Equal((1, 0), (report.Empty, report.Skipped));
        Assert.Equal((0, 0), (expected.Empty, expected.Skipped));

        static DataLoader Batches(Dataset data) => new(data, 4);
        static string Text(Tensor tensor) => tensor.ToString()!;
        static IEnumerable<float> Parameters(Trainer trainer) => trainer.Model.Parameters().SelectMany(static parameter => parameter.ToArray());
    }

    [Fact]
    public void TargetsOfWeightZeroMakeNoStepButAreSamples()
    {
        var model = new Sequential(new Linear(2, 2, new Seed(1)));
        var before = model.Parameters().First().ToArray();
        var trainer = new Trainer(model, new CrossEntropyLoss { Weight = [0, 1] }, new Sgd(model.Parameters(), 1, weightDecay: 0.1));
        var data = new TensorDataset(Tensor.Randn<float>([4, 2], new Seed(2)), Tensor.Zeros<long>([4]), ["a", "b"]);
        var positions = new List<TrainingPosition>();
        var report = Assert.Single(trainer.Fit(new DataLoader(data, 2, new Seed(0)), new DataLoader(data, 2, new Seed(0)), 1, new Told(positions.Add)));
        Assert.Equal(before, model.Parameters().First().ToArray());
        Assert.Equal([(1, 2L, 1), (2, 4L, 2)], positions.Select(static at => (at.Batch, at.Samples, at.Empty)));
        Assert.Equal((2, 0), (report.Empty, report.Skipped));
        Assert.True(double.IsNaN(report.TrainLoss) && double.IsNaN(report.Validation.Loss));
    }

    [Theory, InlineData(Reduction.None), InlineData(Reduction.Sum)]
    public void OnlyAMeanIsTrainedOn(Reduction reduction)
    {
        var (model, loss) = (Model("mean"), new CrossEntropyLoss { Reduction = reduction });
        var error = Assert.Throws<ArgumentException>(() => new Trainer(model, loss, new Sgd(model.Parameters(), 0.1)));
        Assert.Equal($"the loss has Reduction.{reduction}, but training goes down a mean, whatever the size of the batches: " +
            "leave Reduction as it is, and scale the learning rate instead. (Parameter 'loss')", error.Message);
    }

    [Fact]
    public void AFunctionIsTrainedAsTheLossThatItCalls()
    {
        var loss = new CrossEntropyLoss { LabelSmoothing = 0.1 };
        var (first, second) = (Model("mean"), Model("mean"));
        var data = Data(1, Targets(1, 0));
        var byLoss = new Trainer(first, loss, new Sgd(first.Parameters(), 0.1)).Fit(new(data, 5), new(data, 5), 2);
        var byFunction = new Trainer(second, (logits, targets) => loss.Forward(logits, targets), new Sgd(second.Parameters(), 0.1))
            .Fit(new(data, 5), new(data, 5), 2);
        Assert.Equal(first.Parameters().Select(static p => p.ToArray()), second.Parameters().Select(static p => p.ToArray()));
        foreach (var (expected, actual) in byLoss.Zip(byFunction))
        {
            Assert.Equal(expected.TrainLoss, actual.TrainLoss, 1e-6);
            Assert.Equal(expected.Validation.Loss, actual.Validation.Loss, 1e-6);
            Assert.Equal(expected.Validation.Metrics.Correct, actual.Validation.Metrics.Correct);
        }
        var trainer = new Trainer(first, static (logits, _) => logits, new Sgd(first.Parameters(), 0.1));
        Assert.Null(trainer.Loss);
        Assert.Equal("the loss function returned a tensor of shape [5, 3]; one number is needed, the mean of the batch.",
            Assert.Throws<InvalidOperationException>(() => trainer.Fit(new(data, 5), new(data, 5), 1)).Message);
    }

    private static Trainer Learner(ClassIndexLoss loss)
    {
        var model = new Sequential(new BatchNorm2d(2), new Dropout(0.3, new Seed(6)), new Flatten(), new Linear(8, 3, new Seed(7)));
        return new Trainer(model, loss, new Sgd(model.Parameters(), 0.1, momentum: 0.9, weightDecay: 0.01));
    }

    private static Sequential Model(string name) =>
        name == "likelihood" ? new(new Linear(4, Classes, new Seed(8)), new LogSoftmax(1)) : new(new Linear(4, Classes, new Seed(8)));

    private static long[] Targets(long seed, int ignored) =>
        [.. Tensor.RandInt<long>(0, Classes, [Count - ignored], new Seed(seed + 100)).ToArray(), .. Enumerable.Repeat(-100L, ignored)];

    private static TensorDataset Data(long seed, long[] targets) =>
        new(Tensor.Randn<float>([Count, 4], new Seed(seed)), Tensor.Create<long>(targets), ["a", "b", "c"]);

    /// <summary>
    /// The mean by its definition, in double, from the model's logits; the samples that count, and those whose first largest logit is the target's.
    /// </summary>
    private static (double Loss, long Samples, long Correct) Expected(ClassIndexLoss loss, Module model, TensorDataset data, long[] targets)
    {
        var (sum, divisor, samples, correct) = (0.0, 0.0, 0L, 0L);
        for (var n = 0; n < Count; n++)
        {
            if (targets[n] == loss.IgnoreIndex) continue;
            var row = new float[4];
            data.Read(n, row);
            var z = Array.ConvertAll(model.Forward(Tensor.Create<float>(row).Reshape(1, 4)).ToArray(), static value => (double)value);
            double Weight(int c) => loss.Weight?[c] ?? 1;
            var target = (int)targets[n];
            var logarithms = loss is NllLoss ? z : Array.ConvertAll(z, value => value - Math.Log(z.Sum(Math.Exp)));
            var smoothing = (loss as CrossEntropyLoss)?.LabelSmoothing ?? 0;
            var gamma = (loss as SoftmaxFocalLoss)?.Gamma ?? 0;
            sum -= (1 - smoothing) * Weight(target) * Math.Pow(1 - Math.Exp(logarithms[target]), gamma) * logarithms[target];
            for (var c = 0; c < Classes; c++) sum -= smoothing / Classes * Weight(c) * logarithms[c];
            divisor += Weight(target);
            samples++;
            if (Array.IndexOf(z, z.Max()) == target) correct++;
        }
        return (sum / divisor, samples, correct);
    }
}
