using Surprisal.Metrics;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Training on probabilities, several labels, one logit and pixels: loss and metrics by their definitions in double.</summary>
public sealed class DenseTrainingTests
{
    private const int Count = 22, Classes = 3;

    private static readonly Tensor<float> inputs = Tensor.Randn<float>([Count, 4], new Seed(31));
    private static readonly Tensor<float> mixed = Tensor.Randn<float>([Count, Classes], new Seed(32)).Softmax(1);
    private static readonly Tensor<float> labels = Tensor.RandInt<long>(0, 2, [Count, Classes], new Seed(33)).To<float>();
    private static readonly Tensor<long> targets = Tensor.RandInt<long>(0, Classes, [Count], new Seed(34));

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(22)]
    [InlineData(23)]
    public void CrossEntropyTakesTheProbabilitiesOfABatch(int size)
    {
        var model = Model();
        var trainer = new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0));
        var report = Assert.Single(trainer.Fit(Loader(mixed, size), Loader(mixed, size), 1));
        var (expected, correct) = (0.0, 0);
        for (var n = 0; n < Count; n++)
        {
            var z = Row(model, n);
            var logSum = Math.Log(z.Sum(Math.Exp));
            for (var c = 0; c < Classes; c++) expected -= mixed.Span[n * Classes + c] * (z[c] - logSum) / Count;
            if (Array.IndexOf(z, z.Max()) == targets.Span[n]) correct++;
        }
        Assert.Equal(expected, report.TrainLoss, 1e-6);
        Assert.Equal(expected, report.Validation.Loss, 1e-6);
        Assert.Equal((Count, correct), ((int)report.Validation.Metrics.Counted, (int)report.Validation.Metrics.Correct));
        Assert.Equal((double)correct / Count, report.TrainAccuracy);
        Assert.Null(report.Validation.MultiLabel);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(22)]
    public void SeveralLabelsHaveMetricsOfTheirOwn(int size)
    {
        var model = Model();
        var trainer = new Trainer(model, new BceWithLogitsLoss(), new Sgd(model.Parameters(), 0)) { Criterion = Criterion.MacroF1 };
        var report = Assert.Single(trainer.Fit(Loader(labels, size), Loader(labels, size), 1));
        var (expected, rows, hits, all) = (0.0, 0, 0, 0);
        for (var n = 0; n < Count; n++)
        {
            var (z, isRight) = (Row(model, n), true);
            for (var c = 0; c < Classes; c++)
            {
                var (x, y) = (z[c], labels.Span[n * Classes + c]);
                expected += (Math.Max(x, 0) - x * y + Math.Log(1 + Math.Exp(-Math.Abs(x)))) / (Count * Classes);
                isRight &= x > 0 == y > 0.5;
                hits += x > 0 && y > 0.5 ? 2 : 0;
                all += (x > 0 ? 1 : 0) + (y > 0.5 ? 1 : 0);
            }
            if (isRight) rows++;
        }
        var several = report.Validation.MultiLabel!;
        Assert.Equal(expected, report.TrainLoss, 1e-6);
        Assert.Equal((expected, expected), (report.Validation.Loss, several.Loss), static (a, b) =>
            Math.Abs(a.Item1 - b.Item1) < 1e-6 && Math.Abs(a.Item2 - b.Item2) < 1e-6);
        Assert.Equal(((double)rows / Count, (double)rows / Count), (several.SubsetAccuracy, report.TrainAccuracy));
        Assert.Equal((double)hits / all, several.MicroF1, 1e-12);
        Assert.Equal(several.MacroF1, trainer.Best!.Value);
        Assert.Equal((Count, 0), ((int)several.Counted, (int)report.Validation.Metrics.Counted));
        Assert.Contains($"accuracy {several.SubsetAccuracy:F3}, micro F1 {several.MicroF1:F3}", report.Validation.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OneOutputIsABinaryClassifier(bool areProbabilities)
    {
        var linear = new Linear(4, 1, new Seed(35));
        Module model = areProbabilities ? new Sequential(linear, new Sigmoid()) : linear;
        var numbers = Tensor.RandInt<long>(0, 2, [Count, 1], new Seed(40)).To<float>();
        DenseLoss loss = areProbabilities ? new BceLoss() : new BceWithLogitsLoss();
        var report = Assert.Single(new Trainer(model, loss, new Sgd(model.Parameters(), 0)).Fit(Loader(numbers, 4), Loader(numbers, 4), 1));
        var correct = Enumerable.Range(0, Count).Count(n => linear.Forward(inputs[n..(n + 1)]).Item() > 0 == numbers.Span[n] > 0.5f);
        Assert.Equal((Count, correct), ((int)report.Validation.Metrics.Counted, (int)report.Validation.Metrics.Correct));
        Assert.Equal((double)correct / Count, report.TrainAccuracy);
        Assert.Equal(2, report.Validation.Metrics.Classes.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void PixelsHaveAClassEach(int size)
    {
        var images = Tensor.Randn<float>([7, 1, 3, 5], new Seed(36));
        var masks = Tensor.RandInt<long>(0, Classes, [7, 3, 5], new Seed(37));
        for (var i = 0; i < masks.Length; i += 4) masks.Span[i] = 255;
        var model = new Conv2d(1, Classes, 3, new Seed(38), padding: 1);
        var loss = new CrossEntropyLoss { Weight = [1, 3, 0.5], IgnoreIndex = 255 };
        var trainer = new Trainer(model, loss, new Sgd(model.Parameters(), 0)) { AccumulateSteps = 2 };
        var report = Assert.Single(trainer.Fit(Loader(), Loader(), 1));
        var expected = loss.Evaluate<float, long>(model.Forward(images).AsReadOnlyTensorSpan(), masks.AsReadOnlyTensorSpan()).Value;
        var predicted = model.Forward(images).ArgMax(1);
        var counted = Enumerable.Range(0, masks.Length).Where(i => masks.Span[i] != 255).ToList();
        var correct = counted.Count(i => predicted.Span[i] == masks.Span[i]);
        Assert.Equal(expected, report.TrainLoss, 1e-6);
        Assert.Equal(expected, report.Validation.Loss, 1e-6);
        Assert.Equal((counted.Count, correct), ((int)report.Validation.Metrics.Counted, (int)report.Validation.Metrics.Correct));
        Assert.Equal((double)correct / counted.Count, report.TrainAccuracy);
        Assert.True(report.Validation.Metrics.MeanIou >= 0);

        DataLoader Loader() => new(new TensorDataset(images, Tensor.Zeros<long>([7]), ["sky", "sea", "land"]), size)
        {
            Collate = (_, samples) => new()
            {
                Inputs = images.IndexSelect(0, Indices(samples)), Targets = masks.Reshape(7, 15).IndexSelect(0, Indices(samples)).Reshape(samples.Count, 3, 5),
                Samples = samples,
            },
        };
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    public void RegionsAreThoseOfABatch(int size)
    {
        var masks = Enumerable.Range(0, 7 * 16).Select(static i => i % 9 == 0 ? (ushort)255 : (ushort)(i * i % 5 > 2 ? 1 : 0)).ToArray();
        var pixels = Enumerable.Range(0, 7 * 16).Select(static i => (byte)(i * 37 % 256)).ToArray();
        var data = new SegmentationDataset(pixels, [7, 1, 4, 4], masks, ["sea", "land"]);
        var (model, loss) = (new Conv2d(1, 2, 3, new Seed(38), padding: 1), new DiceLoss { Smooth = 0.5 });
        var report = Assert.Single(new Trainer(model, loss, new Sgd(model.Parameters(), 0)).Fit(new DataLoader(data, size), new DataLoader(data, size), 1));
        var sum = 0.0;
        for (var first = 0; first < 7; first += size)
        {
            var batch = Batch.Collate(data, [.. Enumerable.Range(first, Math.Min(size, 7 - first))]);
            sum += loss.Evaluate<float, long>(model.Forward(batch.Inputs).AsReadOnlyTensorSpan(), batch.Targets.AsReadOnlyTensorSpan()).Value
                * batch.Targets.Shape[0];
        }
        Assert.Equal(sum / 7, report.TrainLoss, 1e-6);
        Assert.Equal(sum / 7, report.Validation.Loss, 1e-6);
        Assert.Equal(masks.Count(static value => value != 255), report.Validation.Metrics.Counted);
    }

    public static TheoryData<string> Losses => [.. dense.Keys];

    private static readonly Dictionary<string, Func<Module, Optimizer, int, Trainer>> dense = new(StringComparer.Ordinal)
    {
        ["probabilities"] = static (m, o, k) => new(m, new CrossEntropyLoss { Weight = [1, 2, 3] }, o) { AccumulateSteps = k },
        ["binary"] = static (m, o, k) => new(m, new BceWithLogitsLoss(), o) { AccumulateSteps = k },
        ["multi-label"] = static (m, o, k) => new(m, new MultiLabelSoftMarginLoss(), o) { AccumulateSteps = k },
        ["focal"] = static (m, o, k) => new(m, new FocalLoss { Reduction = Reduction.Mean }, o) { AccumulateSteps = k },
        ["squares"] = static (m, o, k) => new(m, new MseLoss(), o) { AccumulateSteps = k },
        ["divergence"] = static (m, o, k) => new(m, new KlDivLoss { Reduction = Reduction.BatchMean }, o) { AccumulateSteps = k },
        ["divergence by element"] = static (m, o, k) => new(m, new KlDivLoss(), o) { AccumulateSteps = k },
    };

    [Theory, MemberData(nameof(Losses))]
    public void SmallBatchesMakeTheStepOfTheLargeOne(string name)
    {
        var (one, two) = (Model(), Model());
        var large = dense[name](one, new Sgd(one.Parameters(), 0.1), 1).Fit(Loader(mixed, 12), Loader(mixed, 22), 2);
        var small = dense[name](two, new Sgd(two.Parameters(), 0.1), 4).Fit(Loader(mixed, 3), Loader(mixed, 22), 2);
        foreach (var (a, b) in one.Parameters().Zip(two.Parameters()))
            foreach (var (x, y) in a.ToArray().Zip(b.ToArray())) Assert.Equal(x, y, 1e-6);
        foreach (var (a, b) in large.Zip(small)) Assert.Equal(a.TrainLoss, b.TrainLoss, 1e-6);
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var model = Model();
        var optimizer = new Sgd(model.Parameters(), 0.1);
        var data = new DataLoader(new TensorDataset(inputs, targets, ["a", "b", "c"]), 8);
        Assert.StartsWith("BceWithLogitsLoss() takes numbers as targets, one for each output, but the batch has class indices alone:",
            Assert.Throws<InvalidOperationException>(() => new Trainer(model, new BceWithLogitsLoss(), optimizer).Fit(data, data, 1)).Message,
            StringComparison.Ordinal);
        Assert.Equal("the batch has probabilities, but NllLoss() takes class indices; CrossEntropyLoss takes both.",
            Assert.Throws<InvalidOperationException>(() =>
                new Trainer(model, new NllLoss(), optimizer).Fit(Loader(mixed, 8), Loader(mixed, 8), 1)).Message);
        Assert.StartsWith("the loss has Reduction.None, but training goes down a mean, whatever the size of the batches: set Reduction to Mean,",
            Assert.Throws<ArgumentException>(() => new Trainer(model, new FocalLoss(), optimizer)).Message, StringComparison.Ordinal);
        Assert.Equal("loss", Assert.Throws<ArgumentNullException>(() => new Trainer(model, (DenseLoss)null!, optimizer)).ParamName);
    }

    private static Sequential Model() => new(new Linear(4, Classes, new Seed(39)));

    private static double[] Row(Module model, int n) => Array.ConvertAll(model.Forward(inputs[n..(n + 1)]).ToArray(), static value => (double)value);

    private static DataLoader Loader(Tensor<float> numbers, int size) => new(new TensorDataset(inputs, targets, ["a", "b", "c"]), size)
    {
        Collate = (data, samples) => Batch.Collate(data, samples) with { Probabilities = numbers.IndexSelect(0, Indices(samples)) },
    };

    private static Tensor<long> Indices(IReadOnlyList<int> samples) => Tensor.Create<long>([.. samples.Select(static sample => (long)sample)]);
}
