namespace Surprisal.Bench.Accuracy;

/// <summary>The rows of the table: the same cases for every element type, as far as they make sense there.</summary>
internal static class Cases
{
    /// <summary>Case by case, the types of one under each other.</summary>
    public static IReadOnlyList<Case> All { get; } =
    [
        .. Of<float>("float32").Concat(Of<double>("float64")).Concat(Of<Half>("float16")).Concat(Of<BFloat16>("bfloat16")).Concat(Huge())
            .GroupBy(static work => work.Name).SelectMany(static group => group),
    ];

    private static IEnumerable<Case> Of<T>(string type) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (make, isNarrow) = (new CaseMaker<T>(type), type.EndsWith("16", StringComparison.Ordinal));
        CrossEntropyLoss each = new() { Reduction = Reduction.None }, mean = new(), sum = new() { Reduction = Reduction.Sum };
        if (!isNarrow) yield return make.CrossEntropy("cross-entropy 256 x 10", each, [256, 10]);
        yield return make.CrossEntropy("cross-entropy 64 x 1000", each, [64, 1000]);
        yield return make.CrossEntropy("cross-entropy 8 x 32000", each, [8, 32_000]);
        if (!isNarrow) yield return make.CrossEntropy("cross-entropy 4 x 128256", each, [4, 128_256]);
        yield return make.CrossEntropy("cross-entropy 2 x 21 x 128 x 128", each, [2, 21, 128, 128]);
        foreach (var margin in isNarrow ? [1, 10, 20] : new[] { 1, 10, 16, 17, 20, 30, 50, 80, 100 })
            yield return make.CrossEntropy($"cross-entropy 256 x 10, the target ahead by {margin}", each, [256, 10], margin: margin);
        if (!isNarrow)
        {
            yield return make.CrossEntropy("cross-entropy 256 x 10, logits of spread 10", each, [256, 10], spread: 10);
            yield return make.CrossEntropy("cross-entropy 256 x 10, logits of spread 0.001", each, [256, 10], spread: 1e-3);
            yield return make.CrossEntropy("cross-entropy 256 x 10, logits around 10000", each, [256, 10], offset: 1e4);
            yield return make.CrossEntropy("cross-entropy 256 x 10, logits around 1e30", each, [256, 10], offset: 1e30);
            yield return make.CrossEntropy("cross-entropy 100000 x 10, the target ahead by 20, mean", mean, [100_000, 10], margin: 20);
            yield return make.CrossEntropy("cross-entropy 2 x 21 x 256 x 256, mean", mean, [2, 21, 256, 256]);
            yield return make.CrossEntropy("cross-entropy 1000000 x 3, sum", sum, [1_000_000, 3]);
        }
        yield return make.CrossEntropy("cross-entropy 1000000 x 3, mean", mean, [1_000_000, 3]);
        yield return make.CrossEntropy("cross-entropy 64 x 1000, label smoothing 0.1", each with { LabelSmoothing = 0.1 }, [64, 1000]);
        yield return make.CrossEntropy("cross-entropy 64 x 1000, class weights, mean", mean with { Weight = Weights(1000) }, [64, 1000]);
        if (!isNarrow)
            yield return make.CrossEntropy("cross-entropy 64 x 1000, smoothing and weights, mean",
                mean with { Weight = Weights(1000), LabelSmoothing = 0.1 }, [64, 1000]);
        yield return make.SoftCrossEntropy("cross-entropy 64 x 1000, class probabilities", each, [64, 1000]);
        if (!isNarrow) yield return make.SoftCrossEntropy("cross-entropy 4096 x 100, class probabilities, mean", mean, [4096, 100]);
        yield return make.Binary("BCE with logits, 20000, logits to 100", new() { Reduction = Reduction.None }, 20_000);
        yield return make.Binary("BCE with logits, 20000, logits to 100, pos_weight 3",
            new() { Reduction = Reduction.None, PosWeight = [3] }, 20_000);
        if (!isNarrow)
            yield return make.Binary(
                "BCE with logits, 20000, targets between 0 and 1", new() { Reduction = Reduction.None }, 20_000, hard: false);
        yield return make.Binary("BCE with logits, 1000000, mean", new(), 1_000_000);
        yield return make.Function("log_softmax 64 x 1000", "log_softmax", [64, 1000], [64, 1000], LogSoftmax);
        yield return make.Function("log_softmax 256 x 10, one ahead by 20", "log_softmax", [256, 10], [256, 10], LogSoftmax, margin: 20);
        if (isNarrow) yield break;
        yield return make.Function("softmax 64 x 1000", "softmax", [64, 1000], [64, 1000], static x => x.Softmax(1));
        yield return make.Function("logsumexp 64 x 1000", "logsumexp", [64, 1000], [64], static x => x.LogSumExp(1));
        yield return make.Bce("BCE, 20000", new() { Reduction = Reduction.None }, 20_000);
        yield return make.Bce("BCE, 1000000, mean", new(), 1_000_000);
        yield return make.Nll("NLL 1000000 x 3, sum", new() { Reduction = Reduction.Sum }, [1_000_000, 3]);
        yield return make.KlDiv("KL divergence 64 x 1000", new() { Reduction = Reduction.None }, [64, 1000]);
        yield return make.KlDiv("KL divergence 4096 x 100, sum", new() { Reduction = Reduction.Sum }, [4096, 100]);
    }

    /// <summary>Narrow tensors hold numbers; float computes with them.</summary>
    private static Tensor<T> LogSoftmax<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) || typeof(T) == typeof(double) ? x.LogSoftmax(1) : x.To<float>().LogSoftmax(1).To<T>();

    /// <summary>Cases that are about the number of numbers.</summary>
    private static IEnumerable<Case> Huge()
    {
        var make = new CaseMaker<float>("float32");
        yield return make.CrossEntropy("cross-entropy 10000000 x 2, sum", new() { Reduction = Reduction.Sum }, [10_000_000, 2]);
        yield return make.Binary("BCE with logits, 16777216, sum", new() { Reduction = Reduction.Sum }, 1 << 24);
    }

    /// <summary>Weights that every type can hold.</summary>
    private static ClassWeights Weights(int classes) =>
        ClassWeights.Create(Enumerable.Range(0, classes).Select(static c => 0.25 + c % 15 / 8.0).ToArray());
}
