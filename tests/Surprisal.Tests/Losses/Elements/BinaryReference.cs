using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>The binary losses slowly and literally, in double, one element after the other; broadcasting by the tape's Expand.</summary>
internal static class BinaryReference
{
    public static (double Value, double[] Gradient, double[] TargetGradient, double[] Losses) Of(
        DenseLoss loss,
        double[] inputs,
        double[] targets,
        int[] shape,
        double[]? sampleWeights = null)
    {
        var weight = Expanded((loss as BceLoss)?.Weight ?? (loss as BceWithLogitsLoss)?.Weight, shape);
        var positive = Expanded((loss as BceWithLogitsLoss)?.PosWeight, shape);
        var count = inputs.Length;
        var (losses, gradient, targetGradient, divisor) = (new double[count], new double[count], new double[count], 0.0);
        for (var i = 0; i < count; i++)
        {
            var often = sampleWeights?[i] ?? 1;
            divisor += often;
            if (often == 0) continue;
            var (x, y, p) = (inputs[i], targets[i], positive[i]);
            var chance = loss is BceLoss ? x : 1 / (1 + Math.Exp(-x));
            var (yes, no) = (-Math.Log(chance), -Math.Log(1 - chance));
            losses[i] = (p * y * yes + (1 - y) * no) * weight[i] * often;
            gradient[i] = ((1 - y) / (1 - chance) - p * y / chance) * (loss is BceLoss ? 1 : chance * (1 - chance)) * weight[i] * often;
            targetGradient[i] = (p * yes - no) * weight[i] * often;
        }
        var scale = loss.Reduction == Reduction.Mean ? 1 / divisor : 1;
        return (losses.Sum() * scale, [.. gradient.Select(g => g == 0 ? 0 : g * scale)], [.. targetGradient.Select(g => g == 0 ? 0 : g * scale)], losses);
    }

    private static double[] Expanded(ElementWeights? weights, int[] shape) =>
        weights is null ? [.. Enumerable.Repeat(1.0, Shape.Length(shape))]
        : Tensor.Create<double>([.. weights], Array.ConvertAll(weights.Lengths.ToArray(), static size => (int)size)).Expand(shape).ToArray();

    /// <summary>Inputs that the loss takes, logits or probabilities away from 0 and 1, and targets of 0, 1 and between.</summary>
    public static (double[] Inputs, double[] Targets) Draw(DenseLoss loss, int seed, int count)
    {
        var random = new RandomStream(seed);
        double[] inputs = [.. Enumerable.Range(0, count).Select(_ => loss is BceLoss ? 0.02 + 0.96 * random.Uniform() : 3 * random.Normal())];
        double[] targets = [.. Enumerable.Range(0, count).Select(i => i % 3 == 2 ? random.Uniform() : i % 3)];
        return (inputs, targets);
    }

    public static ElementWeights Weights(int seed, params ReadOnlySpan<int> shape)
    {
        var random = new RandomStream(seed);
        return ElementWeights.Create([.. Enumerable.Range(0, Shape.Length(shape)).Select(_ => 0.25 + 2 * random.Uniform())],
            Array.ConvertAll(shape.ToArray(), static size => (nint)size));
    }

    /// <summary>Both losses with every reduction and these weights.</summary>
    public static IEnumerable<DenseLoss> Losses(ElementWeights? weight, ElementWeights? positive) =>
        Reductions.All.SelectMany(reduction => new DenseLoss[] { new BceLoss { Reduction = reduction, Weight = weight },
            new BceWithLogitsLoss { Reduction = reduction, Weight = weight, PosWeight = positive } });
}
