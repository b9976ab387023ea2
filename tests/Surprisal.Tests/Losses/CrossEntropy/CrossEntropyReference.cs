using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>Cross-entropy over class indices as the textbook writes it: one sample at a time, everything in double, no lanes.</summary>
internal static class CrossEntropyReference
{
    public sealed record Answer(double Value, double[] Gradient, double[] Losses);

    public static Answer Of(CrossEntropyLoss loss, double[] logits, ReadOnlySpan<int> shape, long[] targets)
    {
        var classes = shape[shape.Length == 1 ? 0 : 1];
        var inner = 1;
        for (var axis = 2; axis < shape.Length; axis++) inner *= shape[axis];
        var (gradient, losses) = (new double[logits.Length], new double[targets.Length]);
        var divisor = loss.Reduction == Reduction.Mean ? targets.Where(t => t != loss.IgnoreIndex).Sum(t => Weight(loss, (int)t)) : 1;
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] == loss.IgnoreIndex) continue;
            var first = i / inner * classes * inner + i % inner;
            var target = (int)targets[i];
            var max = Enumerable.Range(0, classes).Max(c => logits[first + c * inner]);
            var logSum = Math.Log(Enumerable.Range(0, classes).Sum(c => Math.Exp(logits[first + c * inner] - max)));
            var q = Enumerable.Range(0, classes)
                .Select(c => Weight(loss, c) * ((c == target ? 1 - loss.LabelSmoothing : 0) + loss.LabelSmoothing / classes)).ToArray();
            var total = q.Sum();
            for (var c = 0; c < classes; c++)
            {
                var logP = logits[first + c * inner] - max - logSum;
                losses[i] -= q[c] * logP;
                gradient[first + c * inner] = (total * Math.Exp(logP) - q[c]) / divisor;
            }
        }
        return new(losses.Sum() / divisor, gradient, losses);
    }

    /// <summary>Seeded logits with the given spread; about one sample in five is ignored.</summary>
    public static (double[] Logits, long[] Targets) Draw(int seed, ReadOnlySpan<int> shape, long ignore, double spread = 2)
    {
        var random = new RandomStream(seed);
        var (logits, classes) = (new double[Shape.Length(shape)], shape[shape.Length == 1 ? 0 : 1]);
        for (var i = 0; i < logits.Length; i++) logits[i] = (float)(spread * random.Normal()); // the same numbers in float and in double
        var targets = new long[classes == 0 ? 0 : logits.Length / classes];
        for (var i = 0; i < targets.Length; i++) targets[i] = shape.Length > 1 && random.Below(5) == 0 ? ignore : (long)random.Below((ulong)classes);
        return (logits, targets);
    }

    public static ClassWeights Weights(int seed, int classes)
    {
        var random = new RandomStream(seed);
        return ClassWeights.Create(Enumerable.Range(0, classes).Select(_ => (double)(float)(0.25 + 2 * random.Uniform())).ToArray());
    }

    private static double Weight(CrossEntropyLoss loss, int c) => loss.Weight?[c] ?? 1;
}
