using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>A run that was stopped and resumed ends with the same bits as one that was not.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(13)]
    public void AResumedRunHasTheSameBits(int stopAfter)
    {
        var path = Path.Combine(folder, "checkpoint.safetensors");
        var whole = Trainer();
        var expected = whole.Fit(Loader(), Loader(), 3).Select(Text).ToList();

        var first = Trainer();
        using var stop = new CancellationTokenSource();
        var batches = 0;
        var reports = first.Fit(Loader(), Loader(), 3, new Told(_ => { if (++batches == stopAfter) stop.Cancel(); }), stop.Token).Select(Text).ToList();
        Checkpoint.Save(path, first, Loader());
        var second = Trainer();
        Assert.Empty(Checkpoint.Load(path, second, Loader()));
        reports.AddRange(second.Fit(Loader(), Loader(), 3).Select(Text));

        Assert.Equal(expected, reports);
        foreach (var (name, tensor) in whole.Model.StateDictionary())
            Assert.Equal(Bits(tensor), Bits(second.Model.StateDictionary()[name]));
    }

    [Fact]
    public void ACheckpointOfAnotherModelIsRefusedAndChangesNothing()
    {
        var path = Path.Combine(folder, "other.safetensors");
        var model = new Sequential(new Linear(3, 2, new Seed(0)));
        Checkpoint.Save(path, new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), 0.1)), Loader());
        var trainer = Trainer();
        var before = Bits(trainer.Model.StateDictionary()["1.weight"]);
        var error = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(path, trainer, Loader()));
        Assert.StartsWith($"{path}: this is the checkpoint of another training: its model, line 2, is \"(0): " +
            "Linear(in_features=3, out_features=2, bias=True)\", here it is \"(0): Flatten(start_dim=1, end_dim=-1)\"; ", error.Message,
            StringComparison.Ordinal);
        Assert.Equal(before, Bits(trainer.Model.StateDictionary()["1.weight"]));
    }

    [Fact]
    public void WhatIsMissingIsNamed()
    {
        var path = Path.Combine(folder, "checkpoint.safetensors");
        foreach (var (name, call) in (ReadOnlySpan<(string, Action)>)
            [
                ("path", static () => Checkpoint.Save(null!, Trainer(), Loader())), ("trainer", () => Checkpoint.Save(path, null!, Loader())),
                ("train", () => Checkpoint.Save(path, Trainer(), null!)), ("path", static () => Checkpoint.Load(null!, Trainer(), Loader())),
                ("trainer", () => Checkpoint.Load(path, null!, Loader())), ("train", () => Checkpoint.Load(path, Trainer(), null!)),
            ])
            Assert.Equal(name, Assert.Throws<ArgumentNullException>(call).ParamName);
    }

    private static Trainer Trainer()
    {
        var model = new Sequential(new Flatten(), new Linear(6, 16, new Seed(1)), new Relu(), new Dropout(0.3, new Seed(5)), new Linear(16, 3, new Seed(2)));
        var optimizer = new Adam(model.Parameters(), 0.01);
        return new Trainer(model, new CrossEntropyLoss(), optimizer) { Schedule = new CosineLr(optimizer, 3), MaxGradientNorm = 1 };
    }

    private static DataLoader Loader() => new(
        new TensorDataset(Tensor.Randn<float>([50, 2, 3], new Seed(11)), Tensor.RandInt<long>(0, 3, [50], new Seed(12)), ["a", "b", "c"]),
        batchSize: 8, new Seed(4));

    private static string Text(EpochReport report) =>
        $"{report.Epoch} {report.LearningRate:R} {report.TrainLoss:R} {report.TrainAccuracy:R} {report.Validation.Loss:R} {report.Validation.Metrics.Correct}";

    private static int[] Bits(Tensor tensor) => Array.ConvertAll(((Tensor<float>)tensor).ToArray(), BitConverter.SingleToInt32Bits);
}
