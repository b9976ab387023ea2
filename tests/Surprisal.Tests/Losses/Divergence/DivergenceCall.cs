using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>Everything that one call of an elementwise or row loss on spans returns and writes; targets and weights may have shapes of their own.</summary>
internal sealed record DivergenceCall<T>(LossResult Result, T[] Gradient, T[] TargetGradient, T[] Losses) where T : unmanaged, IFloatingPointIeee754<T>
{
    public static DivergenceCall<T> Of(DenseLoss loss, T[] inputs, int[] shape, T[] targets, int[]? targetShape = null, T[]? sampleWeights = null)
    {
        var lengths = Lengths(shape);
        var lossLengths = EveryLoss.LossLengths(loss, lengths);
        T[] Filled(int length) => Enumerable.Repeat(T.CreateTruncating(7), length).ToArray(); // anything but 0, which is an answer
        var (gradient, targetGradient, losses) =
            (Filled(inputs.Length), Filled(inputs.Length), Filled(lossLengths.Aggregate(1, static (n, size) => n * (int)size)));
        var result = loss.Evaluate(
            new ReadOnlyTensorSpan<T>(inputs, lengths), new ReadOnlyTensorSpan<T>(targets, Lengths(targetShape ?? shape)),
            new TensorSpan<T>(gradient, lengths), lossLengths.Length == 0 ? default : new TensorSpan<T>(losses, lossLengths),
            sampleWeights is null ? default : new ReadOnlyTensorSpan<T>(sampleWeights, lossLengths),
            new TensorSpan<T>(targetGradient, lengths));
        if (lossLengths.Length == 0) losses[0] = T.CreateTruncating(result.Sum); // a single row has no dimension to be written to
        return new(result, gradient, targetGradient, losses);
    }

    public static nint[] Lengths(int[] shape) => Array.ConvertAll(shape, static size => (nint)size);
}
