#:project ../src/Surprisal/Surprisal.csproj
#:property PublishAot=false

// Every part of a training written by its user: data, sampler, module, loss, optimizer, schedule; and a run that stops and goes on.

using Surprisal;
using Surprisal.Modules;
using Surprisal.Training;

// The whole training at once, and the same in two parts with a checkpoint in between: the same bits.
var whole = Make(Poly);
foreach (var report in whole.Epochs(Loader(), Test(), 6)) Console.WriteLine(report);

var file = Path.GetTempFileName();
try
{
    var first = Make(Poly);
    first.Fit(Loader(), Test(), 2);
    Checkpoint.Save(file, first, Loader());
    var second = Make(Poly);
    Checkpoint.Load(file, second, Loader());
    second.Fit(Loader(), Test(), 6);
    var same = Weights(whole).SequenceEqual(Weights(second));
    Console.WriteLine($"stopped after 2 epochs and resumed: {(same ? "the same weights" : "other weights")}");

    // The loss with its gradient written out: the same numbers but for the last digits.
    var byHand = Make(PolyByHand);
    byHand.Fit(Loader(), Test(), 6);
    var (loss, metrics) = byHand.Evaluate(Test());
    var share = $"{metrics.Accuracy:F3}, {metrics.Correct} of {metrics.Counted}";
    Console.WriteLine($"with a gradient of its own: accuracy {share} at loss {loss:F3}");
    return same && metrics.Accuracy > 0.9 ? 0 : 1;
}
finally
{
    File.Delete(file);
}

static Trainer Make(Func<Tensor<float>, Tensor<long>, Tensor<float>> loss)
{
    var random = new Seed(1);
    var model = new Sequential(new Linear(2, 16, random), new Swish(), new Linear(16, 2, random));
    var optimizer = new SignDescent(model.Parameters(), learningRate: 0.02);
    return new Trainer(model, loss, optimizer) { Schedule = new Decay(optimizer, 0.8) };
}

static DataLoader Loader() => new(new Spirals(400), batchSize: 30, new EveryOther(400));

static DataLoader Test() => new(new Spirals(400).Subset([.. Enumerable.Range(0, 200).Select(i => 2 * i)]), batchSize: 200);

static float[] Weights(Trainer trainer) => [.. trainer.Model.Parameters().SelectMany(parameter => parameter.ToArray())];

// A loss is a function of tensors to one number: cross-entropy and a term for what is left of the target's probability (Leng et al. 2022).
static Tensor<float> Poly(Tensor<float> logits, Tensor<long> targets)
{
    var logProbability = (logits.LogSoftmax(1) * targets.OneHot(2).To<float>()).Sum(1);
    return (1f - logProbability - logProbability.Exp()).Mean();
}

// The same with a gradient written out: with p the probability of the target, dL/dlog p = -(1 + p), times one-hot - softmax.
static Tensor<float> PolyByHand(Tensor<float> logits, Tensor<long> targets)
{
    var oneHot = targets.OneHot(2).To<float>();
    return Tensor.Function("Poly", [logits], forward: () => Poly(logits, targets), backward: (gradient, _) =>
    {
        var softmax = logits.Softmax(1);
        var p = (softmax * oneHot).Sum(1, keepDim: true);
        return [(softmax - oneHot) * (1f + p) * gradient / targets.Length];
    }, saved: [targets]);
}

// A module is a function with parameters: x sigmoid(b x), with b learned.
sealed class Swish : Module
{
    private readonly Tensor<float> slope;

    public Swish() => slope = Parameter("slope", Tensor.Ones<float>([1]));

    public override Tensor<float> Forward(Tensor<float> input) => input * (slope * input).Sigmoid();
}

// An optimizer says how one parameter moves; what it remembers has names, which checkpoints keep.
sealed class SignDescent(IEnumerable<Tensor<float>> parameters, double learningRate, double beta = 0.9)
    : Optimizer(parameters, learningRate)
{
    protected override string Details => $"beta={beta}";

    protected override IReadOnlyList<string> StateNames => ["exp_avg"];

    protected override void Update(int index, Span<float> parameter, ReadOnlySpan<float> gradient)
    {
        var mean = State(index, "exp_avg");
        var rate = (float)RateOf(index);
        for (var i = 0; i < parameter.Length; i++)
        {
            mean[i] += (float)(1 - beta) * (gradient[i] - mean[i]);
            parameter[i] -= rate * MathF.Sign(mean[i]);
        }
    }
}

// A schedule says what the rate is multiplied by. LambdaLr takes a function instead, whose numbers no checkpoint can compare.
sealed class Decay(Optimizer optimizer, double gamma) : Schedule(optimizer)
{
    protected override string Details => $"gamma={gamma}";

    protected override double Factor(int epoch) => Math.Pow(gamma, epoch);
}

// A data set has samples of one shape, a class each: two arms of a spiral.
sealed class Spirals(int count) : Dataset
{
    public override int Count => count;

    public override TensorShape SampleShape => [2];

    public override IReadOnlyList<string> ClassNames => ["one arm", "the other"];

    public override long Target(int index) => index / 2 % 2;

    public override void Read(int index, Span<float> sample)
    {
        var along = (float)index / count;
        var (sine, cosine) = MathF.SinCos(3 * along + MathF.PI * Target(index));
        (sample[0], sample[1]) = ((0.3f + along) * cosine, (0.3f + along) * sine);
    }
}

// A sampler says which samples an epoch reads, in which order; its text is what a checkpoint compares.
sealed class EveryOther(int count) : Sampler
{
    public override int Count => count / 2;

    public override IReadOnlyList<int> Order(int epoch) => [.. Enumerable.Range(0, Count).Select(i => (2 * 83 * i + 1) % count)];

    public override string ToString() => $"every other of {count}, in steps of 166";
}
