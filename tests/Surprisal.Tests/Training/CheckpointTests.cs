using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>A checkpoint holds everything that decides the future; what does not fit it is refused with both sides, and then nothing has changed.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    private string File => Path.Combine(folder, "checkpoint.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string, string> Others => new()
    {
        { "model", "its model, line 3, is \"(1): Linear(in_features=6, out_features=3, bias=True)\", here it is \"(1): " +
            "Linear(in_features=6, out_features=3, bias=False)\"" },
        { "activation", "its model, line 2, is \"(0): Flatten(start_dim=1, end_dim=-1)\", here it is \"(0): Relu()\"" },
        { "loss", "its loss is \"CrossEntropyLoss { Weight = [1, 2, 3], LabelSmoothing = 0.1 }\", here it is \"CrossEntropyLoss { Weight = [1, 2, 3], " +
            "LabelSmoothing = 0.2 }\"" },
        { "optimizer", "its optimizer is \"Adam(betas=(0.9, 0.999), eps=1e-08, weight_decay=0)\", here it is \"AdamW(betas=(0.9, 0.999), eps=1e-08, " +
            "weight_decay=0)\"" },
        { "momentum", "its optimizer is \"Adam(betas=(0.9, 0.999), eps=1e-08, weight_decay=0)\", here it is \"Adam(betas=(0.8, 0.999), eps=1e-08, " +
            "weight_decay=0)\"" },
        { "schedule", "its schedule is \"CosineLr(eta_min=0)\", here it is \"StepLr(gamma=0.1)\"" },
        { "no schedule", "its schedule is \"CosineLr(eta_min=0)\", here it is \"none\"" },
        { "criterion", "its criterion is \"loss\", here it is \"accuracy\"" },
        { "unit", "its schedule is \"CosineLr(eta_min=0)\", here it is \"CosineLr(eta_min=0), step by step\"" },
        { "window", "its batches a step is \"1\", here it is \"2\"" },
        { "values", "its limit of the gradients' values is \"none\", here it is \"0.5\"" },
        { "clipping", "its limit of the gradients' norm is \"1.5\", here it is \"none\"" },
        { "batch size", "its batch size is \"8\", here it is \"9\"" },
        { "seed", "its order is \"shuffled with seed 4, draw 1, 50 samples an epoch\", here it is \"shuffled with seed 5, draw 1, 50 samples an epoch\"" },
        { "order", "its order is \"shuffled with seed 4, draw 1, 50 samples an epoch\", here it is \"as they are, 50 samples an epoch\"" },
        { "last batch",
            "its order is \"shuffled with seed 4, draw 1, 50 samples an epoch\", here it is \"shuffled with seed 4, draw 1, 48 samples an epoch\"" },
        { "class", "its class 1 is \"b\", here it is \"B\"" },
        { "classes", "its class 3 is none, here it is \"d\"" },
        { "shape", "its sample shape is \"[2, 3]\", here it is \"[6]\"" },
        { "sample", "its data is \"" },
        { "target", "its data is \"" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void AnotherTrainingIsRefusedNamingBothSides(string change, string expected)
    {
        var (trainer, train) = Training();
        _ = trainer.Fit(train, train, 1);
        Checkpoint.Save(File, trainer, train);
        var (other, others) = Training(change);
        var before = Bits(other);
        var message = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(File, other, others)).Message;
        Assert.StartsWith($"{File}: this is the checkpoint of another training: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Equal(before, Bits(other));
        Assert.Equal(new TrainingPosition(), other.Position);
    }

    [Fact]
    public void TheRateThePlanAndThePositionComeBack()
    {
        var (trainer, train) = Training();
        _ = trainer.Fit(train, train, 2);
        trainer.Optimizer.LearningRate = 0.123;
        Checkpoint.Save(File, trainer, train);
        var (other, others) = Training();
        Assert.Empty(Checkpoint.Load(File, other, others));
        Assert.Equal((0.123, 2, new TrainingPosition { Epoch = 2 }), (other.Optimizer.LearningRate, other.Schedule!.Epoch, other.Position));
        Assert.Equal(trainer.Schedule!.State, other.Schedule.State);
        Assert.Equal(Bits(trainer), Bits(other));
    }

    [Fact]
    public void TheDataAreReadForTheirFingerprintOnceHoweverManyCheckpointsAreWritten()
    {
        var (trainer, _) = Training();
        var data = new Counted();
        var train = new DataLoader(data, 8, new Seed(4));
        for (var save = 0; save < 3; save++) Checkpoint.Save(File, trainer, train);
        Assert.Equal(1, data.Asked);
        Checkpoint.Load(File, trainer, new DataLoader(data, 8, new Seed(4)));
        Assert.Equal(2, data.Asked);
    }

    [Fact]
    public void AnOlderVersionIsReadAndWhatItLacksIsNamed()
    {
        var (trainer, train) = Training();
        _ = trainer.Fit(train, train, 1);
        Checkpoint.Save(File, trainer, train);
        var (tensors, _) = Safetensors.Read(File);
        var first = tensors.Where(static named => named.Key is not ("learning_rate" or "schedule" or "best" or "early_stopping")
            && !named.Key.StartsWith("best.", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);
        (first["position"], first["loss_sum"]) = (Tensor.Create<long>([1, 2, 16, 9]), Tensor.Create<double>([24]));
        Rewrite(first, "surprisal.checkpoint.1");
        var (other, others) = Training();
        var missing = Checkpoint.Load(File, other, others);
        Assert.Equal(["model", "loss", "optimizer", "schedule", "criterion", "limit of the gradients' norm", "limit of the gradients' values",
            "batches a step", "batch size", "order", "sample shape", "preparation", "classes", "data", "best epoch"], missing);
        Assert.Null(other.Best);
        Assert.Equal(trainer.Optimizer.LearningRate, other.Optimizer.LearningRate);
        Assert.Equal((new TrainingPosition { Epoch = 1, Batch = 2, Samples = 16, Correct = 9, LossSum = 24, LossDivisor = 16 }, 1.5),
            (other.Position, other.Position.Loss));
        Assert.Equal(Bits(trainer), Bits(other));
    }

    [Theory]
    [InlineData("surprisal.checkpoint.4", "a checkpoint of version 4, written by a newer program; this one reads versions up to 3.")]
    [InlineData("surprisal.checkpoint.0",
        "not a checkpoint of this program; its format is \"surprisal.checkpoint.0\", \"surprisal.checkpoint.3\" was expected.")]
    [InlineData("surprisal.checkpoint.two",
        "not a checkpoint of this program; its format is \"surprisal.checkpoint.two\", \"surprisal.checkpoint.3\" was expected.")]
    [InlineData("pt", "not a checkpoint of this program; its format is \"pt\", \"surprisal.checkpoint.3\" was expected.")]
    public void AnotherFormatIsRefusedByName(string format, string reason)
    {
        var (trainer, train) = Training();
        Checkpoint.Save(File, trainer, train);
        Rewrite(Safetensors.Read(File).Tensors, format);
        Assert.Equal($"{File}: {reason}", Assert.Throws<InvalidDataException>(() => Checkpoint.Load(File, trainer, train)).Message);
    }

    [Theory]
    [InlineData("position", new long[] { -1, 0, 0, 0, 0, 0 },
        "its position is epoch -1, batch 0 of 7, 0 of 0 samples correct, 0 batches empty and 0 skipped, which cannot be.")]
    [InlineData("position", new long[] { 0, 8, 0, 0, 0, 0 },
        "its position is epoch 0, batch 8 of 7, 0 of 0 samples correct, 0 batches empty and 0 skipped, which cannot be.")]
    [InlineData("position", new long[] { 0, 1, 8, 9, 0, 0 },
        "its position is epoch 0, batch 1 of 7, 9 of 8 samples correct, 0 batches empty and 0 skipped, which cannot be.")]
    [InlineData("position", new long[] { 1L << 32, 0, 0, 0, 0, 0 },
        "its position is epoch 4294967296, batch 0 of 7, 0 of 0 samples correct, 0 batches empty and 0 skipped, which cannot be.")]
    [InlineData("position", new long[] { 0, 3, 8, 1, 2, 2 },
        "its position is epoch 0, batch 3 of 7, 1 of 8 samples correct, 2 batches empty and 2 skipped, which cannot be.")]
    [InlineData("position", new long[] { 0, 3, 8, 1, -1, 0 },
        "its position is epoch 0, batch 3 of 7, 1 of 8 samples correct, -1 batches empty and 0 skipped, which cannot be.")]
    [InlineData("position", new long[] { 0, 0 }, "it lacks the position of the training.")]
    [InlineData("learning_rate", new[] { -1.0 }, "its learning rate is -1, which cannot be.")]
    [InlineData("learning_rate", new[] { double.NaN }, "its learning rate is NaN, which cannot be.")]
    [InlineData("schedule", new[] { 1.0 }, "the plan of its schedule is [1], which cannot be.")]
    [InlineData("best", new[] { 1.0, 0.5 }, "its best epoch is tensor([1.0000, 0.5000], dtype=torch.float64), which cannot be after 0 epochs.")]
    [InlineData("early_stopping", new[] { double.NaN, -1 },
        "the state of its early stopping is tensor([nan, -1.], dtype=torch.float64), which cannot be.")]
    [InlineData("schedule", null, "it lacks the plan of its schedule, or has one without a schedule.")]
    public void NumbersThatCannotBeAreRefusedAndNothingChanges(string name, Array? values, string reason)
    {
        var (trainer, train) = Training();
        Checkpoint.Save(File, trainer, train);
        var (tensors, metadata) = Safetensors.Read(File);
        var changed = tensors.Where(named => named.Key != name).ToDictionary(StringComparer.Ordinal);
        if (values is long[] whole) changed.Add(name, Tensor.Create<long>(whole));
        if (values is double[] real) changed.Add(name, Tensor.Create<double>(real));
        Safetensors.Write(File, changed, metadata);
        var (other, others) = Training();
        var before = Bits(other);
        Assert.Equal($"{File}: {reason}", Assert.Throws<InvalidDataException>(() => Checkpoint.Load(File, other, others)).Message);
        Assert.Equal(before, Bits(other));
    }

    [Fact]
    public void AFileWithoutAFormatOrWithHalfAStateIsRefusedAndNothingChanges()
    {
        var (trainer, train) = Training();
        _ = trainer.Fit(train, train, 1);
        Checkpoint.Save(File, trainer, train);
        var (tensors, metadata) = Safetensors.Read(File);
        var (other, others) = Training();
        var before = Bits(other);
        Safetensors.Write(File, tensors);
        Assert.Equal($"{File}: not a checkpoint of this program; its format is not named, \"surprisal.checkpoint.3\" was expected.", Refusal());
        Safetensors.Write(File, tensors.Where(static named => named.Key != "optimizer.0.step").ToDictionary(StringComparer.Ordinal), metadata);
        Assert.StartsWith($"{File}: the state has 0.exp_avg without 0.step, which belongs to it.", Refusal(), StringComparison.Ordinal);
        Assert.Equal(before, Bits(other));

        string Refusal() => Assert.Throws<InvalidDataException>(() => Checkpoint.Load(File, other, others)).Message;
    }

    private sealed class Counted : Dataset
    {
        private static readonly int[] shape = [2, 3];

        public int Asked { get; private set; }

        public override int Count => 50;

        public override TensorShape SampleShape => shape;

        public override IReadOnlyList<string> ClassNames { get; } = ["a", "b", "c"];

        public override IReadOnlyList<DataSource> Sources()
        {
            Asked++;
            return base.Sources();
        }

        public override long Target(int index) => index % 3;

        public override void Read(int index, Span<float> sample) => sample.Fill(index);
    }

    private void Rewrite(IEnumerable<KeyValuePair<string, Tensor>> tensors, string format) =>
        Safetensors.Write(File, tensors.ToDictionary(StringComparer.Ordinal), new Dictionary<string, string> { ["format"] = format });

    /// <summary>A training, or one that differs in one thing.</summary>
    private static (Trainer Trainer, DataLoader Train) Training(string change = "")
    {
        var inputs = Tensor.Randn<float>([50, 2, 3], new Seed(change == "sample" ? 10 : 11));
        if (change == "shape") inputs = inputs.Reshape(50, 6);
        var targets = Tensor.RandInt<long>(0, 3, [50], new Seed(change == "target" ? 13 : 12));
        string[] names = change switch { "class" => ["a", "B", "c"], "classes" => ["a", "b", "c", "d"], _ => ["a", "b", "c"] };
        var data = new TensorDataset(inputs, targets, names);
        var train = new DataLoader(data, change == "batch size" ? 9 : 8, shuffle: change == "order" ? null : new Seed(change == "seed" ? 5 : 4),
            dropLast: change == "last batch");
        var model = new Sequential(change == "activation" ? new Relu() : new Flatten(), new Linear(6, 3, new Seed(1), bias: change != "model"));
        Optimizer optimizer = change == "optimizer"
            ? new AdamW(model.Parameters(), 0.01, weightDecay: 0)
            : new Adam(model.Parameters(), 0.01, beta1: change == "momentum" ? 0.8 : 0.9);
        Schedule? schedule = change switch { "schedule" => new StepLr(optimizer, 4), "no schedule" => null,
            _ => new CosineLr(optimizer, 4) { Unit = change == "unit" ? ScheduleUnit.Step : ScheduleUnit.Epoch } };
        var loss = new CrossEntropyLoss { LabelSmoothing = change == "loss" ? 0.2 : 0.1, Weight = [1, 2, 3] };
        return (new Trainer(model, loss, optimizer) 
        {
            Schedule = schedule, MaxGradientNorm = change == "clipping" ? null : 1.5, MaxGradientValue = change == "values" ? 0.5 : null,
            AccumulateSteps = change == "window" ? 2 : 1, Criterion = change == "criterion" ? Criterion.Accuracy : Criterion.Loss,
        }, train);
    }

    private static int[] Bits(Trainer trainer) =>
        [.. trainer.Model.StateDictionary().Values.Concat(trainer.Optimizer.StateDictionary().Values).OfType<Tensor<float>>()
            .SelectMany(static tensor => tensor.ToArray()).Select(BitConverter.SingleToInt32Bits)];
}
