using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Which epoch is best, whose weights the model has when training has ended, and from which it goes on.</summary>
public sealed class BestEpochTests
{
    public static TheoryData<double[], bool, int> Orders => new()
    {
        { [3, 2, 1], false, 3 },
        { [1, 2, 3], false, 1 },
        { [2, 1, 1, 1.5], false, 2 }, // the earliest of equals
        { [1, 2, 3], true, 3 },
        { [1, 2, 2], true, 2 },
        { [double.NaN, 2, double.NaN, 3], false, 2 },
        { [double.PositiveInfinity, double.PositiveInfinity], false, 1 },
        { [double.NegativeInfinity, double.NegativeInfinity], true, 1 },
        { [-1, -2, -1], false, 2 },
        { [0, -0.0], false, 1 },
    };

    [Theory, MemberData(nameof(Orders))]
    public void TheModelHasTheWeightsOfTheBestEpochAfterwards(double[] values, bool higherIsBetter, int best)
    {
        var (trainer, weights) = (Trainer(values, higherIsBetter), new List<float[]>());
        foreach (var report in trainer.Epochs(Loader(), Loader(), values.Length))
        {
            weights.Add(Weights(trainer.Model)); // the last ones
            Assert.Equal(report.Epoch == trainer.Best?.Epoch, report.IsBest);
        }
        Assert.Equal(values.Length, weights.Select(static w => w[0]).Distinct().Count());
        Assert.Equal((best, values[best - 1]), (trainer.Best!.Epoch, trainer.Best.Value));
        Assert.Equal(weights[best - 1], Weights(trainer.Model));
        Assert.Equal(weights[best - 1], trainer.Best.State.Values.Cast<Tensor<float>>().SelectMany(static tensor => tensor.ToArray()).ToArray());
    }

    [Fact]
    public void WithoutANumberThereIsNoBestAndTheLastWeightsStay()
    {
        var trainer = Trainer([double.NaN, double.NaN]);
        float[] last = [];
        foreach (var _ in trainer.Epochs(Loader(), Loader(), 2)) last = Weights(trainer.Model);
        Assert.Null(trainer.Best);
        Assert.Equal(last, Weights(trainer.Model));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TrainingGoesOnFromTheLastWeights(bool keepLast)
    {
        double[] values = [1, 2, 3, 0.5, 4];
        var (whole, parts) = (Trainer(values), Trainer(values, keepLast: keepLast));
        whole.Fit(Loader(), Loader(), 5);
        for (var epoch = 1; epoch <= 5; epoch++)
        {
            var report = Assert.Single(parts.Fit(Loader(), Loader(), epoch));
            Assert.Equal(epoch is 1 or 4, report.IsBest);
            if (!keepLast) AssertSame(parts.Best!.State, parts.Model);
        }
        if (keepLast) parts.Model.LoadStateDictionary(parts.Best!.State);
        AssertSame(parts.Model.StateDictionary(), whole.Model);
    }

    [Fact]
    public void HoweverTrainingEnds()
    {
        double[] values = [1, 2, 3];
        using var stop = new CancellationTokenSource();
        var stopped = Trainer(values);
        stopped.Fit(Loader(), Loader(), 3, new Told(at => { if (at is { Epoch: 2, Batch: 2 }) stop.Cancel(); }), stop.Token);
        Assert.Equal((2, 2), (stopped.Position.Epoch, stopped.Position.Batch));
        AssertSame(stopped.Best!.State, stopped.Model);

        var broken = Trainer(values);
        Assert.Throws<InvalidOperationException>(() => broken.Fit(Loader(), Loader(), 3, new Told(static at =>
        {
            if (at is { Epoch: 1, Batch: 2 }) throw new InvalidOperationException();
        })));
        AssertSame(broken.Best!.State, broken.Model);

        var left = Trainer(values);
        foreach (var report in left.Epochs(Loader(), Loader(), 3))
            if (report.Epoch == 2) break;
        Assert.Equal(1, left.Best!.Epoch);
        AssertSame(left.Best.State, left.Model);
    }

    [Fact]
    public void WhoeverChangesTheModelInBetweenGoesOnFromThere()
    {
        var trainer = Trainer([1, 2, 3]);
        trainer.Fit(Loader(), Loader(), 2);
        using (Tensor.NoGrad()) trainer.Model.Parameters().First().Fill(0.25f);
        trainer.Optimizer.LearningRate = 0;
        var seen = new List<float>();
        trainer.Fit(Loader(), Loader(), 3, new Told(_ => seen.Add(trainer.Model.Parameters().First().Span[0])));
        Assert.Equal([0.25f, 0.25f, 0.25f], seen);
    }

    [Fact]
    public void ACheckpointHasTheLastWeightsAndTheBestBesideThem()
    {
        var path = Path.GetTempFileName();
        try
        {
            double[] values = [1, 2, 3, 4];
            var (whole, first, second) = (Trainer(values, keepLast: true), Trainer(values[..2]), Trainer(values[2..]));
            whole.Fit(Loader(), Loader(), 4);
            first.Fit(Loader(), Loader(), 2);
            Checkpoint.Save(path, first, Loader()); // while the model shows the best
            Assert.Empty(Checkpoint.Load(path, second, Loader()));
            Assert.Equal((1, 1.0), (second.Best!.Epoch, second.Best.Value));
            AssertSame(first.Best!.State, first.Model);
            Assert.NotEqual(Weights(first.Model), Weights(second.Model));
            foreach (var _ in second.Epochs(Loader(), Loader(), 4))
                if (second.Position.Epoch == 4) AssertSame(whole.Model.StateDictionary(), second.Model);
            AssertSame(first.Best.State, second.Model);
            Assert.Empty(second.Fit(Loader(), Loader(), 4));

            var finished = Trainer([]);
            Checkpoint.Save(path, second, Loader());
            Checkpoint.Load(path, finished, Loader());
            AssertSame(whole.Model.StateDictionary(), finished.Model);
            Assert.Empty(finished.Fit(Loader(), Loader(), 4)); // nothing to train: the best is shown
            AssertSame(first.Best.State, finished.Model);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void CriteriaAreNumbersOfTheReport()
    {
        var model = new Linear(3, 2, new Seed(1));
        var report = new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.1)).Evaluate(Loader());
        Assert.Equal(report.Loss, Criterion.Loss.Of(report));
        Assert.Equal(report.Metrics.Accuracy, Criterion.Accuracy.Of(report));
        Assert.Equal(report.Metrics.MacroF1, Criterion.MacroF1.Of(report));
        Assert.Equal(report.Metrics.BalancedAccuracy, Criterion.BalancedAccuracy.Of(report));
        Assert.Equal(report.Metrics.MeanIou, Criterion.MeanIou.Of(report));
        Assert.Equal((false, true, "macro F1"), (Criterion.Loss.HigherIsBetter, Criterion.MacroF1.HigherIsBetter, $"{Criterion.MacroF1}"));
        Assert.Equal("epoch 7: 0.1235", new BestEpoch { Epoch = 7, Value = 0.12345, State = new Dictionary<string, Tensor>() }.ToString());
    }

    private static Trainer Trainer(double[] values, bool higherIsBetter = false, bool keepLast = false)
    {
        var model = new Sequential(new Linear(3, 2, new Seed(1)));
        var told = new Queue<double>(values);
        return new(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.5, momentum: 0.9))
        {
            Criterion = new("told", _ => told.Dequeue(), higherIsBetter), KeepLast = keepLast,
        };
    }

    private static DataLoader Loader() => new(
        new TensorDataset(Tensor.Randn<float>([10, 3], new Seed(7)), Tensor.RandInt<long>(0, 2, [10], new Seed(8)), ["a", "b"]), batchSize: 4, new Seed(3));

    private static float[] Weights(Module model) => [.. model.Parameters().SelectMany(static parameter => parameter.ToArray())];

    private static void AssertSame(IReadOnlyDictionary<string, Tensor> expected, Module model) =>
        Assert.All(model.StateDictionary(), named => Assert.True(named.Value.HasSameBits(expected[named.Key]), named.Key));
}
