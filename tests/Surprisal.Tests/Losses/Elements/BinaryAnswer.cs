using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>Everything that one call of a dense loss returns and writes.</summary>
internal sealed record BinaryAnswer<T>(LossResult Result, T[] Gradient, T[] TargetGradient, T[] Losses) where T : unmanaged, IFloatingPointIeee754<T>
{
    public double Value => Result.Value;

    /// <summary>On spans; sample weights in the inputs' shape, or none.</summary>
    public static BinaryAnswer<T> Of(DenseLoss loss, T[] inputs, T[] targets, ReadOnlySpan<int> shape, T[]? sampleWeights = null)
    {
        var lengths = Evaluated<T>.Lengths(shape);
        T[] Filled() => Enumerable.Repeat(T.CreateTruncating(7), inputs.Length).ToArray(); // anything but 0, which is an answer
        var (gradient, targetGradient, losses) = (Filled(), Filled(), Filled());
        var result = loss.Evaluate(
            new ReadOnlyTensorSpan<T>(inputs, lengths), new ReadOnlyTensorSpan<T>(targets, lengths), new TensorSpan<T>(gradient, lengths),
            new TensorSpan<T>(losses, lengths), sampleWeights is null ? default : new ReadOnlyTensorSpan<T>(sampleWeights, lengths),
            new TensorSpan<T>(targetGradient, lengths));
        return new(result, gradient, targetGradient, losses);
    }
}
