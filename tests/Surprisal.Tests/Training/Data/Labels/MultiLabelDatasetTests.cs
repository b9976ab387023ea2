using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Several labels a sample: batches, splits by the rarest, and training without a collate function.</summary>
public sealed class MultiLabelDatasetTests
{
    private static readonly Tensor<float> inputs = Tensor.Randn<float>([40, 3], new Seed(1));

    [Fact]
    public void A_batch_has_a_number_a_label()
    {
        var data = Data(static (i, label) => i % (label + 2) == 0);
        Assert.Equal((40, "a,b,c"), (data.Count, string.Join(',', data.ClassNames)));
        var batch = Batch.Collate(data, [12, 1, 3]);
        Assert.Equal([3, 3], batch.Targets.Shape.ToArray());
        Assert.Equal([1L, 1, 1, 0, 0, 0, 0, 1, 0], batch.Targets.ToArray());
        // c is the rarest, then b; 1 has none.
        Assert.Equal([2L, -100, 1, 0], [data.Target(12), data.Target(1), data.Target(3), data.Target(2)]);
        Assert.Equal(0, new MultiLabelDataset(Samples(0), [], ["a"]).Count);
    }

    [Fact]
    public void Each_label_comes_to_each_part()
    {
        var data = Data(static (i, label) => label == 0 || i % 13 == label);
        var (train, validation, test) = data.Split(0.2, 0.2, new Seed(3));
        foreach (var part in (Dataset[])[train, validation!, test])
        {
            var targets = Batch.Collate(part, [.. Enumerable.Range(0, part.Count)]).Targets;
            for (var label = 0; label < 3; label++) Assert.Contains(1L, Enumerable.Range(0, part.Count).Select(i => targets.Span[3 * i + label]));
        }
        Assert.NotEqual(new DataLoader(data, 4).Fingerprint, new DataLoader(Data(static (i, label) => label == 0 || i % 13 == 3 - label), 4).Fingerprint);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void Training_takes_the_labels_as_they_are(int batch)
    {
        var data = Data(static (i, label) => inputs.Span[3 * i + label] > 0);
        var labels = Batch.Collate(data, [.. Enumerable.Range(0, 40)]).Targets.To<float>();
        var byHand = new DataLoader(new TensorDataset(inputs, Tensor.Zeros<long>([40]), ["a"]), batch)
        {
            Collate = (dataset, samples) => Batch.Collate(dataset, samples) with
            {
                Probabilities = labels.IndexSelect(0, Tensor.Create<long>([.. samples.Select(static sample => (long)sample)])),
            },
        };
        var (a, b) = (Fit(new DataLoader(data, batch)), Fit(byHand));
        Assert.Equal(a.Select(static report => (report.TrainLoss, report.TrainAccuracy, report.Validation.Loss)),
            b.Select(static report => (report.TrainLoss, report.TrainAccuracy, report.Validation.Loss)));
        Assert.Equal(a[^1].Validation.MultiLabel!.MicroF1, b[^1].Validation.MultiLabel!.MicroF1);
        Assert.True(a[^1].Validation.MultiLabel!.MicroF1 > 0.9);

        EpochReport[] Fit(DataLoader loader)
        {
            var model = new Linear(3, 3, new Seed(5));
            return [.. new Trainer(model, new BceWithLogitsLoss(), new Adam(model.Parameters(), learningRate: 0.1)).Fit(loader, loader, 20)];
        }
    }

    [Fact]
    public void One_output_takes_two_classes_as_they_are()
    {
        var data = new TensorDataset(inputs, Tensor.Create([.. Enumerable.Range(0, 40).Select(static i => inputs.Span[3 * i] > 0 ? 1L : 0)]), ["no", "yes"]);
        var model = new Linear(3, 1, new Seed(5));
        var trainer = new Trainer(model, new BceWithLogitsLoss { PosWeight = ElementWeights.Create([2.0], [1]) },
            new Adam(model.Parameters(), learningRate: 0.1)) { AccumulateSteps = 2 };
        var report = trainer.Fit(new DataLoader(data, 7), new DataLoader(data, 9), 30)[^1];
        Assert.Equal(40, report.Validation.Metrics.Counted);
        Assert.Equal(2, report.Validation.Metrics.Classes.Count);
        Assert.True(report.Validation.Metrics.Accuracy > 0.9);
        // The loss by its definition.
        var expected = 0.0;
        using var scope = Tensor.NoGrad();
        var logits = model.Forward(inputs).ToArray();
        for (var i = 0; i < 40; i++) expected += data.Target(i) == 1 ? 2 * Math.Log(1 + Math.Exp(-logits[i])) : Math.Log(1 + Math.Exp(logits[i]));
        Assert.Equal(expected / 40, trainer.Evaluate(new DataLoader(data, 11)).Loss, 1e-5);
    }

    [Fact]
    public void What_is_no_label_is_refused()
    {
        Assert.StartsWith("labels holds 3 numbers, but there are 2 samples and 2 labels; 4 are needed.",
            Assert.Throws<ArgumentException>(() => new MultiLabelDataset(Samples(2), [0, 1, 0], ["a", "b"])).Message, StringComparison.Ordinal);
        Assert.StartsWith("labels[1] is 2; 0 or 1 is needed.",
            Assert.Throws<ArgumentException>(() => new MultiLabelDataset(Samples(2), [0, 2], ["a"])).Message, StringComparison.Ordinal);
        Assert.StartsWith("labelNames is empty", Assert.Throws<ArgumentException>(() => new MultiLabelDataset(Samples(2), [], [])).Message,
            StringComparison.Ordinal);
        var images = new ImageDataset(new byte[8], [2, 1, 2, 2], [0, 0], ["any"]);
        var change = new Augmentation(new Seed(0)) { CutMix = 1 };
        Assert.StartsWith("Augmentation.CutMix mixes classes, but each sample has 1 labels",
            Assert.Throws<ArgumentException>(() => new DataLoader(new MultiLabelDataset(images, [0, 1], ["a"]), 1) { Augmentation = change }).Message,
            StringComparison.Ordinal);
        var three = new TensorDataset(inputs, Tensor.Create([.. Enumerable.Range(0, 40).Select(static i => i % 3L)]), ["a", "b", "c"]);
        var model = new Linear(3, 1, new Seed(5));
        var trainer = new Trainer(model, new BceWithLogitsLoss(), new Sgd(model.Parameters(), 0.1));
        Assert.EndsWith("takes targets of 0 and 1, but the batch has 2.",
            Assert.Throws<InvalidOperationException>(() => trainer.Evaluate(new DataLoader(three, 4))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Flips_change_images_and_leave_their_labels()
    {
        var images = new ImageDataset(new byte[] { 0, 255, 255, 0 }, [2, 1, 1, 2], [0, 0], ["any"]);
        var data = new MultiLabelDataset(images, [1, 0, 0, 1], ["a", "b"]);
        var loader = new DataLoader(data, 2) { Augmentation = new Augmentation(new Seed(0)) { Flip = 1 } };
        var batch = loader.Epoch(0).Single();
        Assert.Equal([1f, 0, 0, 1], batch.Inputs.ToArray());
        Assert.Equal([1L, 0, 0, 1], batch.Targets.ToArray());
        Assert.Null(batch.Probabilities);
    }

    private static TensorDataset Samples(int count) => new(inputs[..count], Tensor.Zeros<long>([count]), ["any"]);

    private static MultiLabelDataset Data(Func<int, int, bool> isTheCase) =>
        new(Samples(40), [.. Enumerable.Range(0, 120).Select(i => isTheCase(i / 3, i % 3) ? (byte)1 : (byte)0)], ["a", "b", "c"]);
}
