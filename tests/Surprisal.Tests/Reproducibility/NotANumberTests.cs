using System.Runtime.InteropServices;
using Surprisal.Tests.Losses;

namespace Surprisal.Tests.Reproducibility;

/// <summary>
/// Every NaN that an operation or a loss computes has the same bits, whatever NaN went in: which of two operands' NaN survives depends on the width of vectors,
/// and .ci/run runs this class again with narrower ones. What only moves numbers leaves them as they are.
/// </summary>
public sealed class NotANumberTests
{
    private static readonly double[] Specials = [0, 1, 0.3, -2, double.PositiveInfinity, double.NegativeInfinity, double.NaN, -double.NaN, -0.0, 0.7, 5];
    private static readonly int Side = Specials.Length;

    [Fact]
    public void Of_float() => Check<float>();

    [Fact]
    public void Of_double() => Check<double>();

    [Fact]
    public void Of_half() => Check<Half>();

    [Fact]
    public void Of_bfloat16() => Check<BFloat16>();

    private static void Check<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var (name, of) in Operations<T>())
            foreach (var upstream in new[] { T.One, T.CreateTruncating(double.NaN), T.PositiveInfinity })
            {
                var (x, z) = (Grid<T>(static (i, _) => i), Grid<T>(static (_, j) => j));
                var y = of(x, z);
                y.Backward(Tensor.Full(y.Shape, upstream));
                All(name, y);
                if (x.Grad is { } dx) All($"the gradient of {name} for {upstream}", dx);
                if (z.Grad is { } dz) All($"the other gradient of {name} for {upstream}", dz);
            }
    }

    private static void All<T>(string what, Tensor<T> numbers) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var nan = T.CreateTruncating(double.NaN);
        foreach (var number in numbers.ToArray())
            if (T.IsNaN(number) && !Bits(number).SequenceEqual(Bits(nan)))
                Assert.Fail($"{typeof(T).Name}: {what} has the NaN {Convert.ToHexString(Bits(number))}, not {Convert.ToHexString(Bits(nan))}.");
    }

    private static byte[] Bits<T>(T number) where T : unmanaged => MemoryMarshal.AsBytes<T>([number]).ToArray();

    private static Tensor<T> Grid<T>(Func<int, int, int> at) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var numbers = new T[Side * Side];
        for (var i = 0; i < numbers.Length; i++)
        {
            var special = Specials[at(i / Side, i % Side)];
            numbers[i] = double.IsNaN(special) && !double.IsNegative(special) ? -T.NaN : T.CreateTruncating(special);
        }
        return Tensor.Create<T>(numbers, [Side, Side], requiresGrad: true);
    }

    private static IEnumerable<(string Name, Func<Tensor<T>, Tensor<T>, Tensor<T>> Of)> Operations<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        yield return ("+", (a, b) => a + b);
        yield return ("-", (a, b) => a - b);
        yield return ("*", (a, b) => a * b);
        yield return ("/", (a, b) => a / b);
        yield return ("* row", (a, b) => a * b[0]);
        yield return ("/ row", (a, b) => b[0] / a);
        foreach (var (name, f) in new (string, Func<Tensor<T>, Tensor<T>>)[]
            {
                ("neg", x => -x), ("exp", x => x.Exp()), ("log", x => x.Log()), ("sqrt", x => x.Sqrt()), ("relu", x => x.Relu()), ("sigmoid", x => x.Sigmoid()),
                ("logSigmoid", x => x.LogSigmoid()), ("softplus", x => x.Softplus()), ("steep softplus", x => x.Softplus(3)), ("tanh", x => x.Tanh()),
                ("pow 2", x => x.Pow(2)), ("pow 3", x => x.Pow(3)), ("pow -1.5", x => x.Pow(-1.5)), ("pow NaN", x => x.Pow(-double.NaN)), ("sum", x => x.Sum()),
                ("mean", x => x.Mean()), ("sum 0", x => x.Sum(0)), ("sum 1", x => x.Sum(1)), ("mean 0", x => x.Mean(0)), ("mean 1", x => x.Mean(1)),
                ("softmax 0", x => x.Softmax(0)), ("softmax 1", x => x.Softmax(1)), ("logSoftmax 0", x => x.LogSoftmax(0)),
                ("logSoftmax 1", x => x.LogSoftmax(1)), ("logSumExp 0", x => x.LogSumExp(0)), ("logSumExp 1", x => x.LogSumExp(1)),
                ("long softmax", x => x.Expand(50, -1, -1).Permute(1, 0, 2).Reshape(Side, -1).Softmax(1)),
            })
            yield return (name, (a, _) => f(a));
        yield return ("matmul", (a, b) => a.MatMul(b));
        yield return ("linear", (a, b) => a.Linear(b, b.Detach()[0]));
        var targets = Tensor.Arange((long)Side);
        foreach (var reduction in new[] { Reduction.None, Reduction.Mean })
        {
            yield return ($"cross-entropy {reduction}", (x, _) => new CrossEntropyLoss { Reduction = reduction }.Forward(x, targets));
            yield return ($"smoothed cross-entropy {reduction}",
                (x, _) => new CrossEntropyLoss { Reduction = reduction, LabelSmoothing = 0.1, ZLoss = 0.01 }.Forward(x, targets));
            yield return ($"bent cross-entropy {reduction}",
                (x, _) => new CrossEntropyLoss { Reduction = reduction, SoftCap = 2, Temperature = 1.5 }.Forward(x, targets));
            yield return ($"cross-entropy of columns {reduction}",
                (x, _) => new CrossEntropyLoss { Reduction = reduction }.Forward(x.Unsqueeze(0), targets.Unsqueeze(0)));
            yield return ($"cross-entropy of probabilities {reduction}", (x, z) => new CrossEntropyLoss { Reduction = reduction }.Forward(x, z));
            yield return ($"cross-entropy of columns of probabilities {reduction}",
                (x, z) => new CrossEntropyLoss { Reduction = reduction, LabelSmoothing = 0.1 }.Forward(x.Unsqueeze(0), z.Unsqueeze(0)));
            yield return ($"weighed cross-entropy {reduction}", (x, z) => new CrossEntropyLoss { Reduction = reduction }.Forward(x, targets, z.Detach()[0]));
            foreach (var loss in EveryLoss.OfIndices.Where(static loss => loss is not CrossEntropyLoss))
                yield return ($"{loss} {reduction}", (x, _) => (EveryLoss.Resize(loss, Side) with { Reduction = reduction }).Forward(x, targets));
            yield return ($"plain nll {reduction}", (x, _) => new NllLoss { Reduction = reduction }.Forward(x, targets));
            yield return ($"plain softmax focal {reduction}", (x, _) => new SoftmaxFocalLoss { Reduction = reduction, Gamma = 1.5 }.Forward(x, targets));
            DenseLoss[] plain = [new BceWithLogitsLoss(), new FocalLoss(), new FocalLoss { Gamma = 1.5 }, new MultiLabelSoftMarginLoss()];
            var logits = EveryLoss.OfNumbers.Where(static loss => loss is not BceLoss); // which refuses what is no probability
            foreach (var loss in logits.Select(static loss => EveryLoss.Resize(loss, Side)).Concat(plain))
                yield return ($"{loss} {reduction}", (x, z) => (loss with { Reduction = reduction }).Forward(x, z));
        }
    }
}
