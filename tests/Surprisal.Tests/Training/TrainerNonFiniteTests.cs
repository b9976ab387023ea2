using Surprisal.Modules;
using Surprisal.Training;
using static Surprisal.Tests.Training.FaultyModules;

namespace Surprisal.Tests.Training;

/// <summary>A loss or a gradient that is NaN or infinite: the batch is undone, and who began it is named; on request training goes on.</summary>
public sealed class TrainerNonFiniteTests
{
    private const int Bad = 5; // the number of the sample that is not as the others

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void AnInputThatIsNotFiniteIsNamedByItsSample(float value)
    {
        var trainer = Trainer(Normalised());
        var data = Data(value);
        var error = Assert.Throws<NonFiniteException>(() => trainer.Fit(Loader(data), Loader(data), 1));
        var (batch, samples) = BatchOf(data, epoch: 0);
        Assert.Equal($"epoch 1, batch {batch}: the loss is not finite, nor is the input of sample {Bad}. The batch was undone.", error.Message);
        Assert.Equal((1, batch, Bad), (error.Epoch, error.Batch, error.Sample));
        Assert.Equal(samples, error.Samples);
        Assert.Equal((null, null, null), (error.Gradient, error.Module, error.Operation));
        Assert.False(double.IsFinite(error.Loss));
    }

    [Fact]
    public void ALaterEpochIsNamedAndThePositionIsBeforeTheBatch()
    {
        var data = Data(1);
        var failing = new Overflowing();
        var model = new Sequential(new Flatten(), failing, new Linear(8, 2, new Seed(3)));
        var trainer = Trainer(model);
        var last = new TrainingPosition();
        var error = Assert.Throws<NonFiniteException>(() => trainer.Fit(Loader(data), Loader(data), 3, new Told(at =>
        {
            last = at;
            if (at is { Epoch: 1, Batch: 2 }) failing.Factor = float.PositiveInfinity;
        })).ToList());
        Assert.Equal((2, 3, null), (error.Epoch, error.Batch, error.Sample));
        Assert.Equal(last, trainer.Position);
        Assert.Equal((1, 2, 0), (trainer.Position.Epoch, trainer.Position.Batch, trainer.Position.Skipped));
    }

    [Fact]
    public void TheFirstModuleWhoseResultIsNotFiniteIsNamed()
    {
        var inner = new Sequential(new Relu(), new Overflowing { Factor = float.PositiveInfinity });
        AssertNamed(new Sequential(new Sequential(new Flatten(), new Linear(8, 8, new Seed(1))), inner, new Linear(8, 2, new Seed(3))), "1.1", "MulBackward0");
        var linear = new Linear(8, 2, new Seed(3));
        linear.Weight.Detach().Fill(float.MaxValue);
        AssertNamed(new Sequential(new Flatten(), linear), "1", "AddmmBackward0");
        var twice = new Overflowing { Factor = float.PositiveInfinity };
        AssertNamed(new Sequential(new Flatten(), twice, new Linear(8, 2, new Seed(3)), twice), "1", "MulBackward0");
        AssertNamed(new Composed(float.PositiveInfinity), "second", "AddmmBackward0");
        AssertNamed(new Direct(), "", "MulBackward0", "the model");

        static void AssertNamed(Module model, string module, string operation, string? called = null)
        {
            var trainer = Trainer(model);
            var error = Assert.Throws<NonFiniteException>(() => trainer.Fit(Loader(Data(1)), Loader(Data(1)), 1));
            Assert.Equal((module, operation, null, null), (error.Module, error.Operation, error.Sample, error.Gradient));
            Assert.Equal($"epoch 1, batch 1: the loss is not finite; the first result that is not is that of {operation} in {called ?? module}. " +
                "The batch was undone.", error.Message);
        }
    }

    [Fact]
    public void OneSampleThatOverflowsIsNamedBesideTheModule()
    {
        var data = Data(1e38f);
        var model = new Sequential(new Flatten(), new Overflowing { Factor = 1e10f }, new Linear(8, 2, new Seed(3)));
        var error = Assert.Throws<NonFiniteException>(() => Trainer(model).Fit(Loader(data), Loader(data), 1));
        Assert.Equal(("1", "MulBackward0", Bad), (error.Module, error.Operation, error.Sample));
        Assert.EndsWith($"in 1; the first sample whose loss is not is {Bad}, of class 1. The batch was undone.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALossThatIsNotFiniteOfFiniteLogitsIsNamedByItsSample()
    {
        // Only sample 5 has class 2, whose weight is infinite.
        var data = new TensorDataset(Tensor.Randn<float>([10, 2, 2, 2], new Seed(9)), Tensor.Create<long>([0, 1, 1, 0, 1, 2, 0, 1, 0, 1]), ["a", "b", "c"]);
        var model = new Sequential(new Flatten(), new Linear(8, 3, new Seed(3)));
        var trainer = new Trainer(model, new CrossEntropyLoss { Weight = [1, 1, double.PositiveInfinity] }, new Sgd(model.Parameters(), 0.1));
        var error = Assert.Throws<NonFiniteException>(() => trainer.Fit(Loader(data), Loader(data), 1));
        Assert.Equal((null, null, null, Bad), (error.Gradient, error.Module, error.Operation, error.Sample));
        Assert.Equal($"epoch 1, batch {error.Batch}: the loss is not finite; the first sample whose loss is not is {Bad}, of class 2. The batch was undone.",
            error.Message);
    }

    [Fact]
    public void WhenNoSampleIsFiniteTheFirstIsNamed()
    {
        var data = new TensorDataset(Tensor.Randn<float>([4, 2, 2, 2], new Seed(9)), Tensor.Zeros<long>([4]), ["a", "b"]);
        var model = new Sequential(new Flatten(), new Linear(8, 2, new Seed(3)));
        var trainer = new Trainer(model, new CrossEntropyLoss { Weight = [double.PositiveInfinity, 1] }, new Sgd(model.Parameters(), 0.1));
        var error = Assert.Throws<NonFiniteException>(() => trainer.Fit(Loader(data), Loader(data), 1));
        Assert.Equal((null, error.Samples[0]), (error.Module, error.Sample));
    }

    [Fact]
    public void ALossThatIsNaNWithoutADivisorIsNotAnEmptyBatch()
    {
        var model = new Sequential(new Flatten(), new Overflowing { Factor = float.NaN }, new Linear(8, 2, new Seed(3)));
        var trainer = new Trainer(model, new CrossEntropyLoss { Weight = [0, 1] }, new Sgd(model.Parameters(), 0.1));
        var data = new TensorDataset(Tensor.Randn<float>([4, 2, 2, 2], new Seed(9)), Tensor.Zeros<long>([4]), ["a", "b"]);
        Assert.Equal("1", Assert.Throws<NonFiniteException>(() => trainer.Fit(Loader(data), Loader(data), 1)).Module);
    }

    [Fact]
    public void TheSecondPassDrawsTheSameMasksAndIsNoLongerWatchedAfterwards()
    {
        // The module overflows in its third call only, as its buffer counts them: the pass that explains must be the third too.
        var data = Data(1);
        var model = new Sequential(new Flatten(), new ThirdTime(), new Linear(8, 2, new Seed(3)));
        var error = Assert.Throws<NonFiniteException>(() => Trainer(model).Fit(Loader(data), Loader(data), 1));
        Assert.Equal((3, "1", "MulBackward0"), (error.Batch, error.Module, error.Operation));
        Assert.Equal(2, ((Tensor<long>)model.NamedBuffers().Single().Buffer).Item());
        Assert.Null(Tape.Watcher);
        Assert.Null(Sequential.Watcher);
    }

    [Fact]
    public void AGradientThatIsNotFiniteIsNamedInTheOrderOfBackward()
    {
        // sqrt(0 x) has the value 0 and the derivative 0 infinity: the last layer's gradients are finite, those of the first are not; its bias comes first in
        // Backward.
        var model = new Sequential(new Flatten(), new Linear(8, 4, new Seed(1)), new Rooted(), new Linear(4, 2, new Seed(2)));
        var error = Assert.Throws<NonFiniteException>(() => Trainer(model).Fit(Loader(Data(1)), Loader(Data(1)), 1));
        Assert.Equal(("1.bias", null, null, null), (error.Gradient, error.Module, error.Operation, error.Sample));
        Assert.True(double.IsFinite(error.Loss));
        Assert.Equal($"epoch 1, batch 1: the loss is {error.Loss}, but the gradient of 1.bias is not finite, as the first in the order of Backward. " +
            "The batch was undone.", error.Message);
        Assert.Equal(4, error.Samples.Count);
        Assert.All(model.Parameters(), static parameter => Assert.Null(parameter.Grad));

        // Of several parameters the one nearest the loss is first; one that the model does not name is named by its place in the optimizer.
        var loose = Tensor.Ones<float>([1], requiresGrad: true);
        var two = new Sequential(new Flatten(), new Linear(8, 4, new Seed(1)), new Linear(4, 4, new Seed(5)), new Rooted { Scale = loose },
            new Linear(4, 2, new Seed(2)));
        Assert.Equal("2.bias", Assert.Throws<NonFiniteException>(() => Trainer(two).Fit(Loader(Data(1)), Loader(Data(1)), 1)).Gradient);
        var trainer = new Trainer(two, new CrossEntropyLoss(), new Sgd([.. two.Parameters().Skip(4), loose], 0.1));
        Assert.Equal("parameters[2]", Assert.Throws<NonFiniteException>(() => trainer.Fit(Loader(Data(1)), Loader(Data(1)), 1)).Gradient);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ABatchThatIsUndoneIsAsIfItWereNotThere(bool inGradient)
    {
        // Samples 4 to 7 are the second batch; without it the rest must come out bit for bit.
        var data = Data(inGradient ? 1 : float.NaN);
        var (first, second) = (Trainer(Learner(), keepGoing: true), Trainer(Learner()));
        var (rooted, count) = ((Rooted)first.Model.NamedModules().Single(static named => named.Module is Rooted).Module, 0);
        rooted.IsOn = () => inGradient && count == 1;
        var batches = new DataLoader(data, 4);
        var seen = new List<TrainingPosition>();
        var report = Assert.Single(first.Fit(batches, batches, 1, new Told(at =>
        {
            count = at.Batch;
            seen.Add(at);
            if (at is { Batch: 2, Skipped: 1 }) Assert.All(first.Model.Parameters(), static parameter => Assert.Null(parameter.Grad));
        })));
        foreach (var batch in batches.Epoch(0).Where(static batch => !batch.Samples.Contains(Bad)))
            Assert.Single(second.Fit(Loader(batch), Loader(batch), second.Position.Epoch + 1));
        foreach (var (expected, actual) in second.Model.Parameters().Zip(first.Model.Parameters())) Assert.Equal(expected.ToArray(), actual.ToArray());
        Assert.Equal(Buffers(second.Model), Buffers(first.Model));
        Assert.Equal([(1, 4L, 0), (2, 4L, 1), (3, 6L, 1)], seen.Select(static at => (at.Batch, at.Samples, at.Skipped)));
        Assert.Equal((0, 1), (report.Empty, report.Skipped));
        Assert.True(double.IsFinite(report.TrainLoss));

        static DataLoader Loader(Batch batch) => new(new TensorDataset(batch.Inputs, batch.Targets, ["a", "b"]), 4);
    }

    [Theory]
    [InlineData(float.NaN, false)]
    [InlineData(1f, true)]
    public void WhatThrowsLeavesEverythingAsItWas(float bad, bool throws)
    {
        var model = new Sequential(new BatchNorm2d(2), new Dropout(0.5, new Seed(1)), new Flatten(), new Failing { IsOn = throws },
            new Linear(8, 2, new Seed(3)));
        var trainer = Trainer(model, keepGoing: throws);
        var (parameters, buffers) = (model.Parameters().SelectMany(static parameter => parameter.ToArray()).ToArray(), Buffers(model));
        var data = new TensorDataset(Tensor.Full<float>([4, 2, 2, 2], bad), Tensor.Zeros<long>([4]), ["a", "b"]);
        var error = Assert.ThrowsAny<ArithmeticException>(() => trainer.Fit(Loader(data), Loader(data), 1));
        if (error is NonFiniteException { Samples: var samples } named) Assert.Equal(samples[0], named.Sample); // of many that are not finite the first
        Assert.Equal(parameters, model.Parameters().SelectMany(static parameter => parameter.ToArray()));
        Assert.Equal(buffers, Buffers(model));
        Assert.All(model.Parameters(), static parameter => Assert.Null(parameter.Grad));
        Assert.Equal(new TrainingPosition(), trainer.Position);
    }

    [Fact]
    public void LargeButFiniteGradientsAreStepped()
    {
        // Their squares would overflow; they themselves do not.
        var model = new Sequential(new Flatten(), new Linear(8, 2, new Seed(3), bias: false));
        var trainer = Trainer(model);
        var data = new TensorDataset(Tensor.Full<float>([4, 2, 2, 2], 1e30f), Tensor.Create<long>([0, 1, 0, 1]), ["a", "b"]);
        var before = model.Parameters().First().ToArray();
        Assert.Single(trainer.Fit(Loader(data), Loader(data), 1));
        Assert.NotEqual(before, model.Parameters().First().ToArray());
        Assert.All(model.Parameters().First().ToArray(), static weight => Assert.True(float.IsFinite(weight)));
    }

    private static Sequential Normalised() => new(new BatchNorm2d(2), new Dropout(0.5, new Seed(1)), new Flatten(), new Linear(8, 2, new Seed(3)));

    private static Sequential Learner() => new(
        new BatchNorm2d(2), new Dropout(0.2, new Seed(1)), new Flatten(), new Linear(8, 4, new Seed(2)), new Rooted { IsOn = static () => false },
        new Linear(4, 2, new Seed(3)));

    private static Trainer Trainer(Module model, bool keepGoing = false) =>
        new(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.1, momentum: 0.9)) { KeepGoing = keepGoing, KeepLast = true };

    /// <summary>Ten samples, of which number 5 holds the given number.</summary>
    private static TensorDataset Data(float bad)
    {
        var inputs = Tensor.Randn<float>([10, 2, 2, 2], new Seed(9));
        inputs[Bad].Fill(bad);
        return new(inputs, Tensor.Create<long>([0, 1, 1, 0, 1, 1, 0, 1, 0, 1]), ["a", "b"]);
    }

    private static DataLoader Loader(Dataset data) => new(data, 4, new Seed(2));

    private static (int Number, IReadOnlyList<int> Samples) BatchOf(Dataset data, int epoch) =>
        Loader(data).Epoch(epoch).Select(static (batch, i) => (i + 1, batch.Samples)).Single(static batch => batch.Samples.Contains(Bad));

    private static string[] Buffers(Module model) => [.. model.NamedBuffers().Select(static named => $"{named.Name} {named.Buffer}")];
}
