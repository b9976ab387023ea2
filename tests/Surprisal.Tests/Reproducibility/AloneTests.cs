using System.Numerics.Tensors;
using Surprisal.Kernels;
using Surprisal.Tests.Losses;

namespace Surprisal.Tests.Reproducibility;

/// <summary>A sample has the same bits alone and inside a batch, whatever its neighbours are: losses, gradients, and softmax over its classes.</summary>
public sealed class AloneTests
{
    private static readonly Dictionary<string, ClassIndexLoss> others =
        EveryLoss.OfIndices.Where(static loss => loss is not CrossEntropyLoss).ToDictionary(static loss => loss.ToString(), StringComparer.Ordinal);

    private static readonly string[] works =
        ["cross-entropy", "smoothed", "smoothed per target", "bent", .. others.Keys, "probabilities",
            "smoothed probabilities", "softmax", "log-softmax", "softmin", "log-sum-exp"];

    public static TheoryData<string, int> Works => new MatrixTheoryData<string, int>(works, [1, 2, 3, 10, 16, 100, 127, 128, 129, 1000, 5_003]);

    [Theory, MemberData(nameof(Works))]
    public void TheBitsOfASampleAreItsOwn(string work, int classes)
    {
        var batch = classes > 100 ? 3 : 530;
        nint[][] shapes = [[batch, classes], [3, classes, 1], [4, classes, 5], [4, classes, 16], [2, classes, 131]];
        foreach (var shape in shapes.Where(shape => TensorPrimitives.Product<nint>(shape) <= 310_000))
        {
            Check<float>(work, shape);
            Check<double>(work, shape);
            if (work is "cross-entropy" or "smoothed" or "probabilities") Check<Half>(work, shape);
        }
    }

    private static void Check<T>(string work, nint[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int seed = 11;
        var (batch, size) = ((int)shape[0], (int)TensorPrimitives.Product<nint>(shape.AsSpan(1)));
        var random = new RandomStream(seed);
        var (x, other) = (new T[batch * size], new T[batch * size]);
        for (var i = 0; i < x.Length; i++) (x[i], other[i]) = (T.CreateTruncating(3 * random.Normal()), T.CreateTruncating(random.Uniform()));
        foreach (var special in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity, 30_000, -30_000, 0]) // of a few samples
            for (var sample = (int)random.Below(3); sample < batch; sample += batch < 10 ? 4 : 40)
                x[sample * size + (int)random.Below((ulong)size)] = T.CreateTruncating(special);
        var targets = new int[x.Length / (int)shape[1]];
        for (var i = 0; i < targets.Length; i++) targets[i] = random.Below(9) == 0 ? -100 : (int)random.Below((ulong)shape[1]);

        var together = Run(work, x, other, targets, shape);
        foreach (var sample in Enumerable.Range(0, batch).Where(i => batch < 100 || i % 7 == 0 || i > batch - 20))
        {
            var (mine, others) = (x.AsSpan(sample * size, size).ToArray(), other.AsSpan(sample * size, size).ToArray());
            var positions = size / (int)shape[1];
            var own = targets.AsSpan(sample * positions, positions).ToArray();
            Compare(Run(work, mine, others, own, [1, .. shape[1..]]), "in a batch of one");
            if (shape.Length == 2) Compare(Run(work, mine, others, own, [shape[1]]), "without a batch");

            void Compare(T[][] alone, string where)
            {
                for (var output = 0; output < together.Length; output++)
                {
                    var inside = together[output].AsSpan(sample * alone[output].Length, alone[output].Length);
                    for (var i = 0; i < inside.Length; i++)
                        if (!Same(inside[i], alone[output][i]))
                            Assert.Fail($"{work} [{string.Join(", ", shape)}] of {typeof(T).Name}, seed {seed}: " +
                                $"output {output} of sample {sample} at {i} is {inside[i]:R}, but {alone[output][i]:R} {where}.");
                }
            }
        }
    }

    /// <summary>NaN is NaN, and 0 is not -0.</summary>
    private static bool Same<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> =>
        T.IsNaN(a) ? T.IsNaN(b) : a == b && T.IsNegative(a) == T.IsNegative(b);

    /// <summary>Everything that is written, an array each, samples first.</summary>
    private static T[][] Run<T>(string work, T[] x, T[] other, int[] targets, nint[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var count = (int)shape[shape.Length == 1 ? 0 : 1];
        double[] weights = [.. Enumerable.Range(1, count).Select(static c => c % 13 / 8.0)];
        var smoothed = new CrossEntropyLoss { Weight = [.. weights], LabelSmoothing = 0.1, ZLoss = 0.01, Reduction = Reduction.None };
        return work switch
        {
            "cross-entropy" => Indices(new CrossEntropyLoss { Reduction = Reduction.None }, x, targets, shape),
            "smoothed" => Indices(smoothed, x, targets, shape),
            "smoothed per target" => Indices(smoothed with { SmoothingWeight = SmoothingWeight.PerTarget }, x, targets, shape),
            "bent" => Indices(smoothed with { SoftCap = 2, Temperature = 1.5 }, x, targets, shape),
            "probabilities" => Probabilities(new CrossEntropyLoss { Reduction = Reduction.None }, x, other, shape),
            "smoothed probabilities" => Probabilities(smoothed, x, other, shape),
            _ when others.TryGetValue(work, out var loss) =>
                Indices(EveryLoss.Resize(loss, count, static c => c % 13 / 8.0) with { Reduction = Reduction.None }, x, targets, shape),
            _ => Functions(work, x, other, shape),
        };
    }

    private static T[][] Indices<T>(ClassIndexLoss loss, T[] x, int[] targets, nint[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (gradient, losses) = (new T[x.Length], new T[targets.Length]);
        nint[] samples = Samples(shape);
        loss.Evaluate(new ReadOnlyTensorSpan<T>(x, shape), new ReadOnlyTensorSpan<int>(targets, samples), new TensorSpan<T>(gradient, shape),
            new TensorSpan<T>(losses, samples));
        return [losses, gradient];
    }

    private static T[][] Probabilities<T>(CrossEntropyLoss loss, T[] x, T[] targets, nint[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (gradient, targetGradient, losses) = (new T[x.Length], new T[x.Length], new T[x.Length / (int)shape[shape.Length == 1 ? 0 : 1]]);
        var each = shape.Length == 1 ? default : new TensorSpan<T>(losses, Samples(shape)); // the loss of one sample has no dimensions
        var result = loss.Evaluate(new ReadOnlyTensorSpan<T>(x, shape), new ReadOnlyTensorSpan<T>(targets, shape), new TensorSpan<T>(gradient, shape),
            each, targetGradient: new TensorSpan<T>(targetGradient, shape));
        if (shape.Length == 1) losses[0] = T.CreateTruncating(result.Sum);
        return [losses, gradient, targetGradient];
    }

    /// <summary>The function over the classes, and its gradient where it takes its own output.</summary>
    private static T[][] Functions<T>(string work, T[] x, T[] upstream, nint[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var axis = shape.Length == 1 ? 0 : 1;
        var from = new ReadOnlyTensorSpan<T>(x, shape);
        if (work == "log-sum-exp")
        {
            nint[] samples = Samples(shape);
            var (sums, slopes) = (new T[x.Length / (int)shape[axis]], new T[x.Length]);
            SpanFunctions.LogSumExp(from, axis, new TensorSpan<T>(sums, samples));
            SpanFunctions.LogSumExpGradient(from, new ReadOnlyTensorSpan<T>(sums, samples),
                new ReadOnlyTensorSpan<T>([.. upstream.Take(sums.Length).Select(static _ => T.One)], samples), axis, new TensorSpan<T>(slopes, shape));
            return [sums, slopes];
        }
        var (y, gradient) = (new T[x.Length], new T[x.Length]);
        var output = new TensorSpan<T>(y, shape);
        var back = new TensorSpan<T>(gradient, shape);
        var given = new ReadOnlyTensorSpan<T>(upstream, shape);
        if (work == "softmax") SpanFunctions.Softmax(from, axis, output);
        else if (work == "log-softmax") SpanFunctions.LogSoftmax(from, axis, output);
        else SpanFunctions.Softmin(from, axis, output);
        if (work == "softmax") SpanFunctions.SoftmaxGradient(output.AsReadOnlyTensorSpan(), given, axis, back);
        else if (work == "log-softmax") SpanFunctions.LogSoftmaxGradient(output.AsReadOnlyTensorSpan(), given, axis, back);
        else SpanFunctions.SoftminGradient(output.AsReadOnlyTensorSpan(), given, axis, back);
        return [y, gradient];
    }

    private static nint[] Samples(nint[] shape) => shape.Length == 1 ? [1] : [shape[0], .. shape[2..]];
}
