using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>Linear cross-entropy with class probabilities, and its scores, by our own products and by the CPU.</summary>
internal static class LinearBits
{
    /// <summary>How many classes are chosen, and found, of each row.</summary>
    private const int MostScores = 5;

    /// <summary>What is not equal first, or null.</summary>
    public static string? Check<T>(ICudaDevice device, LinearStep.Case it, T[] hidden, T[] weight, Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var x = CudaTensor<T>.New(device, new[] { it.Rows, it.Features }, hidden);
        using var w = CudaTensor<T>.New(device, new[] { it.Classes, it.Features }, weight);
        return Probabilities(device, it, hidden, weight, random, x, w) ?? Scores(device, it, hidden, weight, random, x, w);
    }

    private static string? Probabilities<T>(
        ICudaDevice device, LinearStep.Case it, T[] hidden, T[] weight, Random random, CudaTensor<T> x, CudaTensor<T> w)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var targets = new T[it.Rows * it.Classes];
        for (var i = 0; i < targets.Length; i++) targets[i] = random.Next(4) > 0 ? T.Zero : T.CreateTruncating(random.NextDouble());
        var (dx, dw, loss) = (new T[hidden.Length], new T[weight.Length], new LinearCrossEntropyLoss { LabelSmoothing = 0.1 });
        var expected = loss.Evaluate<T>(hidden, weight, targets, it.Features, hiddenGradient: dx, weightGradient: dw);
        using var t = CudaTensor<T>.New(device, new[] { it.Rows, it.Classes }, targets);
        using var ofHidden = CudaTensor<T>.New(device, x.Shape, []);
        using var ofWeight = CudaTensor<T>.New(device, w.Shape, []);
        var result = loss.Evaluate(x, w, t, hiddenGradient: ofHidden, weightGradient: ofWeight, products: CudaProducts.Own);
        return BitsStep.Differs([expected.Value], [result.Value], "value of probabilities")
            ?? BitsStep.Differs<T>(dx, ofHidden.Cpu().AsReadOnlySpan(), "hidden of probabilities")
            ?? BitsStep.Differs<T>(dw, ofWeight.Cpu().AsReadOnlySpan(), "weight of probabilities");
    }

    private static string? Scores<T>(
        ICudaDevice device, LinearStep.Case it, T[] hidden, T[] weight, Random random, CudaTensor<T> x, CudaTensor<T> w)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (count, loss) = (Math.Min(MostScores, it.Classes), new LinearCrossEntropyLoss());
        int[] chosen = new int[it.Rows * count], found = new int[chosen.Length];
        for (var i = 0; i < chosen.Length; i++) chosen[i] = random.Next(it.Classes);
        T[] ofChosen = new T[chosen.Length], ofFound = new T[chosen.Length], sums = new T[it.Rows];
        loss.LogProbabilities<T>(hidden, weight, chosen, it.Features, ofChosen);
        loss.TopK<T>(hidden, weight, count, it.Features, found, ofFound);
        loss.LogSumExp<T>(hidden, weight, it.Features, sums);
        using var t = CudaTensor<int>.New(device, new[] { it.Rows, count }, chosen);
        using var scores = loss.LogProbabilities(x, w, t, products: CudaProducts.Own);
        using var l = loss.LogSumExp(x, w, products: CudaProducts.Own);
        var (classes, logProbabilities) = loss.TopK(x, w, count, products: CudaProducts.Own);
        using (classes)
        using (logProbabilities)
            return BitsStep.Differs<T>(sums, l.Cpu().AsReadOnlySpan(), "ln sum exp")
                ?? BitsStep.Differs<T>(ofChosen, scores.Cpu().AsReadOnlySpan(), "chosen")
                ?? BitsStep.Differs<int>(found, classes.Cpu().AsReadOnlySpan(), "classes found")
                ?? BitsStep.Differs<T>(ofFound, logProbabilities.Cpu().AsReadOnlySpan(), "most probable");
    }
}
