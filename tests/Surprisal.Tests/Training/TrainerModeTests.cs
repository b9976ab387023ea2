using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Training and evaluation behaviour of the modules while a trainer works: each has its own, and keeps it.</summary>
public sealed class TrainerModeTests
{
    [Fact]
    public void EvaluateGivesEveryModuleItsOwnModeBack()
    {
        var (on, off, frozen) = (new Dropout(0.5, new Seed(1)), new Dropout(0.5, new Seed(2)), new BatchNorm2d(2));
        off.Eval();
        frozen.Freeze();
        var model = new Sequential(frozen, on, off, new Flatten(), new Linear(8, 2, new Seed(3)));
        for (var i = 0; i < 2; i++)
        {
            Trainer(model).Evaluate(Loader());
            Assert.Equal((true, true, false, false), (model.IsTraining, on.IsTraining, off.IsTraining, frozen.IsTraining));
        }
        model.Eval();
        Trainer(model).Evaluate(Loader());
        Assert.DoesNotContain(model.NamedModules(), static named => named.Module.IsTraining);
    }

    [Fact]
    public void EvaluateGivesThemBackWhenItThrows()
    {
        var (on, off) = (new Dropout(0.5, new Seed(1)), new Dropout(0.5, new Seed(2)));
        off.Eval();
        var model = new Sequential(on, off, new Throwing(), new Flatten(), new Linear(8, 2, new Seed(3)));
        Assert.Equal("broken", Assert.Throws<InvalidOperationException>(() => Trainer(model).Evaluate(Loader())).Message);
        Assert.Equal((true, true, false), (model.IsTraining, on.IsTraining, off.IsTraining));
    }

    [Fact]
    public void EvaluateIsWithoutDropoutAndTapeAndChangesNothing()
    {
        var model = Normalised();
        var recorded = new List<bool>();
        var listening = new Sequential(new Seen([], recorded), new Flatten(), new Linear(8, 2, new Seed(3)));
        Trainer(listening).Evaluate(Loader());
        Assert.Equal([false, false, false], recorded);
        var buffers = Buffers(model);
        var (loss, _) = Trainer(model).Evaluate(Loader());
        Assert.Equal(buffers, Buffers(model));
        model.Eval();
        var batch = Assert.Single(new DataLoader(Data(), 6).Epoch(0));
        Assert.Equal(new CrossEntropyLoss().Forward(model.Forward(batch.Inputs), batch.Targets).Item(), loss, 1e-6);
        Assert.All(model.Parameters(), static parameter => Assert.Null(parameter.Grad));
    }

    [Fact]
    public void EvaluatingInsideAnEpochChangesNothingOfTheTraining()
    {
        var (plain, watched) = (Trainer(Normalised()), Trainer(Normalised()));
        Assert.Equal(
            plain.Fit(Loader(), Loader(), 2).Select(static report => report.TrainLoss),
            watched.Fit(Loader(), Loader(), 2, new Told(_ => watched.Evaluate(Loader()))).Select(static report => report.TrainLoss));
        foreach (var (expected, actual) in plain.Model.Parameters().Zip(watched.Model.Parameters())) Assert.Equal(expected.ToArray(), actual.ToArray());
        Assert.Equal(Buffers(plain.Model), Buffers(watched.Model));
    }

    [Fact]
    public void FitSwitchesToTrainingOnceAndPassesOverFrozenModules()
    {
        var (later, frozen) = (new Dropout(0.5, new Seed(1)), new BatchNorm2d(2));
        var model = new Sequential(frozen, later, new Flatten(), new Linear(8, 2, new Seed(3)));
        frozen.Freeze();
        model.Eval();
        var modes = new List<(bool Model, bool Later, bool Frozen)>();
        Assert.Equal(3, Trainer(model).Fit(Loader(), Loader(), 3, new Told(at =>
        {
            modes.Add((model.IsTraining, later.IsTraining, frozen.IsTraining));
            if (at is { Epoch: 1, Batch: 1 }) later.Eval(); // from here on by hand, and it stays
        })).Count);
        Assert.Equal([.. Enumerable.Repeat((true, true, false), 4), .. Enumerable.Repeat((true, false, false), 5)], modes);
        Assert.Equal(0L, ((Tensor<long>)model.StateDictionary()["0.num_batches_tracked"]).Item());
    }

    [Theory]
    [InlineData(9, 4, 1, "4 5", "4")] // one value a channel: the ninth sample joins the second batch
    [InlineData(9, 4, 2, "4 4 1", "8")]
    [InlineData(9, 8, 1, "9", "8")]
    [InlineData(10, 4, 1, "4 4 2", "8")]
    public void ALastBatchOfOneSampleJoinsTheOneBeforeWhereTheModelNeedsTwo(int count, int size, int side, string expected, string before)
    {
        var batches = new List<int>();
        var model = new Sequential(new BatchNorm2d(2), new Dropout(0.5, new Seed(1)), new Seen(batches), new Flatten(),
            new Linear(2 * side * side, 2, new Seed(3)));
        var data = new TensorDataset(Tensor.Randn<float>([count, 2, side, side], new Seed(9)), Tensor.Zeros<long>([count]), ["a", "b"]);
        var positions = new List<TrainingPosition>();
        Assert.Single(Trainer(model).Fit(new DataLoader(data, size, new Seed(4)), new DataLoader(data, 100, new Seed(4)), 1, new Told(positions.Add)));
        var sizes = expected.Split(' ').Select(int.Parse).ToList();
        Assert.Equal(sizes, batches.Skip(batches.Count - 1 - sizes.Count).SkipLast(1)); // before them the probe, where it passes; behind them the test
        Assert.Equal((sizes.Count, count), (positions.Count, (int)positions[^1].Samples));
        if (positions.Count > 1) Assert.Equal(int.Parse(before), (int)positions[^2].Samples);
        Assert.Equal(sizes.Count, ((Tensor<long>)model.StateDictionary()["0.num_batches_tracked"]).Item());
        Assert.Equal(sizes.Count, ((Tensor<long>)model.NamedBuffers().Last().Buffer).Item());
    }

    [Fact]
    public void ABatchOfOneAlonesErrorIsTheModels()
    {
        var model = new Sequential(new BatchNorm2d(2), new Flatten(), new Linear(2, 2, new Seed(3)));
        foreach (var (count, size) in new[] { (3, 1), (1, 4), (1, 1) })
        {
            var data = new TensorDataset(Tensor.Randn<float>([count, 2, 1, 1], new Seed(9)), Tensor.Zeros<long>([count]), ["a", "b"]);
            var alone = new DataLoader(data, size, new Seed(4));
            var error = Assert.Throws<ArgumentException>(() => Trainer(model).Fit(alone, alone, 1));
            Assert.StartsWith("Expected more than 1 value per channel when training", error.Message, StringComparison.Ordinal);
            Assert.Equal(count, Trainer(model).Evaluate(alone).Metrics.Counted);
        }
    }

    private static Sequential Normalised() => new(new BatchNorm2d(2), new Dropout(0.5, new Seed(1)), new Flatten(), new Linear(8, 2, new Seed(3)));

    private static Trainer Trainer(Module model) => new(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.1));

    private static TensorDataset Data() => new(Tensor.Randn<float>([6, 2, 2, 2], new Seed(9)), Tensor.Create<long>([0, 1, 1, 0, 1, 0]), ["a", "b"]);

    private static DataLoader Loader() => new(Data(), 2, new Seed(4));

    private static string[] Buffers(Module model) => [.. model.NamedBuffers().Select(static named => $"{named.Name} {named.Buffer}")];

    private sealed class Seen(List<int> sizes, List<bool>? recorded = null) : Module
    {
        public override Tensor<float> Forward(Tensor<float> input)
        {
            sizes.Add(input.Shape[0]);
            recorded?.Add(GradMode.IsEnabled);
            return input;
        }
    }

    private sealed class Throwing : Module
    {
        public override Tensor<float> Forward(Tensor<float> input) => throw new InvalidOperationException("broken");
    }
}
