using System.Globalization;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>
/// Training with an optimizer, a schedule, a data set, a sampler and a collate function of the user's: it learns, stops and goes on to the same bits.
/// </summary>
public sealed class OwnPartsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    private string File => Path.Combine(folder, "checkpoint.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1)] // before the slow weights move for the first time
    [InlineData(3)] // after the last, uneven batch of an epoch
    [InlineData(5)]
    [InlineData(8)]
    public void ATrainingOfOwnPartsResumesToTheSameBits(int stopAfter)
    {
        var whole = Own();
        var expected = whole.Fit(Loader(), Loader(), 3).Select(Text).ToList();
        Assert.Equal(3, expected.Distinct().Count());
        var first = Own();
        using var stop = new CancellationTokenSource();
        var batches = 0;
        var reports = first.Fit(Loader(), Loader(), 3, new Told(_ => { if (++batches == stopAfter) stop.Cancel(); }), stop.Token).Select(Text).ToList();
        Checkpoint.Save(File, first, Loader());
        var second = Own();
        Assert.Empty(Checkpoint.Load(File, second, Loader()));
        reports.AddRange(second.Fit(Loader(), Loader(), 3).Select(Text));
        Assert.Equal(expected, reports);
        Assert.Equal(Bits(whole), Bits(second));
        Assert.Equal(["0.slow", "0.step", "1.slow", "1.step"], second.Optimizer.StateDictionary().Keys.Order());
    }

    [Theory]
    [InlineData("optimizer", "its optimizer is \"Lookahead(every=2, share=0.5)\", here it is \"Lookahead(every=2, share=0.25)\"")]
    [InlineData("schedule", "its schedule is \"WarmUp(epochs=2)\", here it is \"WarmUp(epochs=4)\"")]
    [InlineData("sampler", "its order is \"backwards from 0, 10 samples an epoch\", here it is \"backwards from 1, 10 samples an epoch\"")]
    [InlineData("data", "its data is \"")]
    public void AnotherOneIsRefusedNamingBothSides(string change, string expected)
    {
        Checkpoint.Save(File, Own(), Loader());
        var message = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(File, Own(change), Loader(change))).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheTextsOfOwnPartsAreTheSameInEveryCulture()
    {
        Checkpoint.Save(File, Own(), Loader());
        var culture = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = comma;
            Assert.Equal("Lookahead(lr=0.05, every=2, share=0,5)", Own().Optimizer.ToString());
            Assert.Empty(Checkpoint.Load(File, Own(), Loader()));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void AnOptimizerMustNameWhatItRemembers()
    {
        var forgetful = new Forgetful([Tensor.Ones<float>([2], requiresGrad: true)]) { Name = "momentum" };
        forgetful.Parameters[0].Grad = Tensor.Ones<float>([2]);
        Assert.Equal("Forgetful asks for momentum, but remembers mean: StateNames must name it, so that checkpoints hold it.",
            Assert.Throws<InvalidOperationException>(forgetful.Step).Message);
        forgetful.Name = null;
        Assert.Equal("Forgetful asks for step, but remembers mean: StateNames must name it, so that checkpoints hold it.",
            Assert.Throws<InvalidOperationException>(forgetful.Step).Message);
        Assert.Empty(forgetful.StateDictionary());
        Assert.Equal("Forgetful(lr=1)", forgetful.ToString());
    }

    [Fact]
    public void ALossOfYourOwnWithItsOwnGradientTrainsAsTheOneThatIsThere()
    {
        var (own, there) = (Model(), Model());
        var trainer = new Trainer(own, CrossEntropy, new Sgd(own.Parameters(), 0.5, momentum: 0.9));
        var reports = trainer.Fit(Loader(), Loader(), 2);
        var expected = new Trainer(there, new CrossEntropyLoss(), new Sgd(there.Parameters(), 0.5, momentum: 0.9)).Fit(Loader(), Loader(), 2);
        foreach (var (report, other) in reports.Zip(expected))
        {
            Assert.Equal(other.TrainLoss, report.TrainLoss, 1e-5);
            Assert.Equal((other.Validation.Loss, other.Validation.Metrics.Correct), (report.Validation.Loss, report.Validation.Metrics.Correct),
                static (a, b) => Math.Abs(a.Loss - b.Loss) < 1e-5 && a.Correct == b.Correct);
        }

        static Tensor<float> CrossEntropy(Tensor<float> logits, Tensor<long> targets)
        {
            var oneHot = targets.OneHot(2).To<float>();
            return Tensor.Function("OwnCrossEntropy", [logits], () => -(logits.LogSoftmax(1) * oneHot).Sum() / targets.Length,
                (gradient, _) => [(logits.Softmax(1) - oneHot) * gradient / targets.Length], saved: [targets]);
        }
    }

    private static Linear Model() => new(2, 2, new Seed(1));

    private static Trainer Own(string change = "")
    {
        var model = Model();
        var optimizer = new Lookahead(model.Parameters(), 0.1, share: change == "optimizer" ? 0.25 : 0.5);
        return new Trainer(model, new CrossEntropyLoss(), optimizer) { Schedule = new WarmUp(optimizer, change == "schedule" ? 4 : 2) };
    }

    private static DataLoader Loader(string change = "") => new(new Circles(change == "data" ? 1.5f : 2), 4, new Backwards(change == "sampler" ? 1 : 0))
    {
        Collate = static (data, samples) => Batch.Collate(data, samples) with { Inputs = Batch.Collate(data, samples).Inputs * 0.5f },
    };

    private static string Text(EpochReport report) =>
        $"{report.LearningRate:R} {report.TrainLoss:R} {report.Validation.Loss:R} {report.Validation.Metrics.Correct}";

    private static int[] Bits(Trainer trainer) =>
        [.. trainer.Model.StateDictionary().Values.Concat(trainer.Optimizer.StateDictionary().Values).OfType<Tensor<float>>()
            .SelectMany(static tensor => tensor.ToArray()).Select(BitConverter.SingleToInt32Bits)];

    /// <summary>Slow weights that follow the fast ones every few steps (Zhang et al. 2019); begins to remember in the second step only.</summary>
    private sealed class Lookahead(IEnumerable<Tensor<float>> parameters, double rate, double share) : Optimizer(parameters, rate)
    {
        private const int Every = 2;

        protected override string Details => $"every={Every}, share={share}";

        protected override IReadOnlyList<string> StateNames => ["slow", "step"];

        protected override void Update(int index, Span<float> parameter, ReadOnlySpan<float> gradient)
        {
            var isLate = CountStep(index) % Every == 0;
            for (var i = 0; i < parameter.Length; i++) parameter[i] -= (float)RateOf(index) * gradient[i];
            if (!isLate) return;
            var slow = State(index, "slow");
            for (var i = 0; i < parameter.Length; i++) slow[i] = parameter[i] = slow[i] + (float)share * (parameter[i] - slow[i]);
        }
    }

    private sealed class Forgetful(IEnumerable<Tensor<float>> parameters) : Optimizer(parameters, 1)
    {
        public string? Name { get; set; }

        protected override string Details => "";

        protected override IReadOnlyList<string> StateNames => ["mean"];

        protected override void Update(int index, Span<float> parameter, ReadOnlySpan<float> gradient)
        {
            if (Name is null) CountStep(index);
            else State(index, Name).Clear();
        }
    }

    private sealed class WarmUp : Schedule
    {
        private readonly int epochs;

        public WarmUp(Optimizer optimizer, int epochs) : base(optimizer)
        {
            this.epochs = epochs;
            MoveTo(0);
        }

        protected override string Details => $"epochs={epochs}";

        protected override double Factor(int epoch) => Math.Min(1, (epoch + 1.0) / epochs);
    }

    private sealed class Circles(float radius) : Dataset
    {
        public override int Count => 10;

        public override TensorShape SampleShape => [2];

        public override IReadOnlyList<string> ClassNames => ["inside", "outside"];

        public override long Target(int index) => index % 2;

        public override void Read(int index, Span<float> sample)
        {
            var (sine, cosine) = MathF.SinCos(index);
            var size = index % 2 == 0 ? 1 : radius;
            (sample[0], sample[1]) = (cosine * size, sine * size);
        }
    }

    /// <summary>The samples from the last to the first, turned by the epoch.</summary>
    private sealed class Backwards(int from) : Sampler
    {
        public override int Count => 10;

        public override IReadOnlyList<int> Order(int epoch) => [.. Enumerable.Range(0, 10).Select(i => (29 - i - epoch - from) % 10)];

        public override string ToString() => $"backwards from {from}";
    }
}
