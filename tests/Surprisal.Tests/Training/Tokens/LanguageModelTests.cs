using Surprisal.Metrics;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training.Tokens;

/// <summary>A language model in the trainer: perplexity of totals, gradients over micro-batches of uneven rows, the same bits after a checkpoint.</summary>
public sealed class LanguageModelTests
{
    private const int Vocabulary = 12, Context = 8;

    private static readonly string[] names = [.. Enumerable.Range(0, Vocabulary).Select(static i => $"t{i}")];

    [Fact]
    public void ItLearnsAndReportsPerplexityOfAllTokens()
    {
        var trainer = Make(new Seed(1), out var train);
        var validation = new DataLoader(new TokenWindows(Tokens(90), Context, names, stride: 3), batchSize: 5);
        var before = trainer.Evaluate(validation);
        Assert.Equal(Math.Log(Vocabulary), before.Loss, 0.1);
        var reports = trainer.Fit(train, validation, epochs: 12);
        var after = reports[^1].Validation;
        Assert.True(after.Perplexity < 2, $"{after}");
        Assert.Equal(89, after.Tokens);
        Assert.Equal(Math.Exp(after.Loss), after.Perplexity);
        Assert.True(double.IsNaN(reports[0].TrainAccuracy));
        Assert.Matches(@"^loss 0\.\d{4}, perplexity 1\.\d+ of 89 tokens$", $"{after}");
        Assert.Matches(@"^epoch 1: loss [\d.]+; validation loss [\d.]+, perplexity [\d.]+$", $"{reports[0]}");
        // the same total, window by window
        var other = new DataLoader(new TokenWindows(Tokens(90), Context, names, stride: 3), batchSize: 1);
        Assert.Equal(trainer.Evaluate(validation).Loss, trainer.Evaluate(other).Loss, 1e-6);
    }

    /// <summary>The mean of means that many libraries had in 2024: 3 and 61 used rows weigh alike there.</summary>
    [Fact]
    public void MicroBatchesOf3And61UsedRowsHaveOneDivisor()
    {
        var model = new Gpt(Vocabulary, 64, new Seed(2), embedDim: 8, layers: 1, heads: 2);
        var tokens = Tensor.RandInt<long>(0, Vocabulary, [2, 64], new Seed(3));
        var targets = Tensor.RandInt<long>(0, Vocabulary, [2, 64], new Seed(4));
        targets.Span[3..64].Fill(-100);
        targets.Span[(64 + 61)..].Fill(-100);
        float[] Gradient(Action backward)
        {
            model.ZeroGrad();
            backward();
            return [.. model.Parameters().SelectMany(static parameter => parameter.Grad!.ToArray())];
        }
        Tensor<float> Loss(Range rows, double? divisor)
        {
            var (x, y) = (tokens[rows], targets[rows]);
            return new CrossEntropyLoss { Normalizer = divisor }.Forward(model.Logits(model.Hidden(x)).Flatten(0, 1), y.Flatten());
        }
        var whole = Gradient(() => Loss(0..2, null).Backward());
        var parts = Gradient(() =>
        {
            Loss(0..1, 64).Backward();
            Loss(1..2, 64).Backward();
        });
        var means = Gradient(() =>
        {
            (Loss(0..1, null) / 2).Backward();
            (Loss(1..2, null) / 2).Backward();
        });
        Assert.True(Distance(whole, parts) < 1e-6, $"{Distance(whole, parts)}");
        Assert.True(Distance(whole, means) > 0.1, $"{Distance(whole, means)}");

        // and the trainer does it that way: one step of both rows, or of two micro-batches
        var (one, two) = (Stepped(batchSize: 2, accumulate: 1), Stepped(batchSize: 1, accumulate: 2));
        Assert.True(Distance(one, two) < 1e-6, $"{Distance(one, two)}");

        float[] Stepped(int batchSize, int accumulate)
        {
            var own = new Gpt(Vocabulary, 64, new Seed(2), embedDim: 8, layers: 1, heads: 2);
            var loader = new DataLoader(new Rows(tokens, targets), batchSize);
            var trainer = new Trainer(own, new CrossEntropyLoss(), new Sgd(own.Parameters(), learningRate: 1))
            {
                AccumulateSteps = accumulate, KeepLast = true,
            };
            trainer.Fit(loader, loader, epochs: 1);
            return [.. own.Parameters().SelectMany(static parameter => parameter.ToArray())];
        }
    }

    [Fact]
    public void ACheckpointGoesOnToTheSameBits()
    {
        var path = Path.GetTempFileName();
        try
        {
            var trainer = Make(new Seed(5), out var train, dropout: 0.2);
            trainer.Fit(train, train, epochs: 1);
            Checkpoint.Save(path, trainer, train);
            trainer.Fit(train, train, epochs: 2);
            var again = Make(new Seed(5), out train, dropout: 0.2);
            Checkpoint.Load(path, again, train);
            again.Fit(train, train, epochs: 2);
            Assert.Equal(trainer.Model.Parameters().SelectMany(static p => p.ToArray()), again.Model.Parameters().SelectMany(static p => p.ToArray()));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void TotalsGivePerplexityAndBits()
    {
        Assert.Equal(8, TokenMetrics.Perplexity(30 * Math.Log(8), 30), 1e-12);
        Assert.Equal(1.5, TokenMetrics.BitsPerByte(15 * Math.Log(4), 20), 1e-12); // 15 tokens of 2 bits in 20 bytes
        Assert.True(double.IsNaN(TokenMetrics.Perplexity(0, 0)));
        Assert.True(double.IsNaN(TokenMetrics.BitsPerByte(0, 0)));
    }

    /// <summary>A text with a rule: each token is the one before plus its own place's parity.</summary>
    private static long[] Tokens(int count)
    {
        var tokens = new long[count];
        for (var i = 1; i < count; i++) tokens[i] = (tokens[i - 1] * 5 + 3) % Vocabulary;
        return tokens;
    }

    private static Trainer Make(Seed seed, out DataLoader train, double dropout = 0)
    {
        train = new DataLoader(new TokenWindows(Tokens(400), Context, names), batchSize: 8, shuffle: seed);
        var model = new Gpt(Vocabulary, Context, seed, embedDim: 16, layers: 1, heads: 2, dropout: dropout);
        return new Trainer(model, new CrossEntropyLoss(), new AdamW(model.Parameters(), learningRate: 0.01)) { MaxGradientNorm = 1 };
    }

    private static double Distance(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b, static (x, y) => (double)(x - y) * (x - y)).Sum()) / Math.Sqrt(a.Sum(static x => (double)x * x));

    private sealed class Rows(Tensor<long> tokens, Tensor<long> targets) : Dataset
    {
        public override int Count => tokens.Shape[0];

        public override TensorShape SampleShape => [tokens.Shape[1]];

        public override TensorShape TargetShape => [tokens.Shape[1]];

        public override IReadOnlyList<string> ClassNames => names;

        public override long Target(int index) => targets.Span[index * targets.Shape[1]];

        public override void ReadTarget(int index, Span<long> target) => targets.Span.Slice(index * target.Length, target.Length).CopyTo(target);

        public override void Read(int index, Span<float> sample)
        {
            for (var i = 0; i < sample.Length; i++) sample[i] = tokens.Span[index * sample.Length + i];
        }
    }
}
