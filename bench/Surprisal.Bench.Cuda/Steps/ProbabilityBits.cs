using System.Numerics.Tensors;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>Cross-entropy with class probabilities, and the gradient of these, through the card and through the CPU.</summary>
internal static class ProbabilityBits
{
    /// <summary>What is not equal first, or null.</summary>
    public static string? Check<T>(ICudaDevice device, int[] shape, int[] positions, Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var length = shape.Aggregate(static (a, b) => a * b);
        T[] logits = new T[length], probabilities = new T[length];
        for (var i = 0; i < length; i++)
        {
            logits[i] = T.CreateTruncating(random.NextDouble() * 20 - 10);
            probabilities[i] = random.Next(4) == 0 ? T.Zero : T.CreateTruncating(random.NextDouble());
        }
        var counts = BitsStep.Counts<T>(length / shape[1], random);
        ClassWeights weight = Enumerable.Range(0, shape[1]).Select(static c => 0.3 + c % 7 * 0.77).ToArray();
        return Compare(device, new() { LabelSmoothing = 0.1, Weight = weight }, logits, probabilities, counts, shape, positions)
            ?? Compare(device, new() { ZLoss = 0.01, SoftCap = 5, Reduction = Reduction.Sum }, logits, probabilities, [], shape, positions);
    }

    private static string? Compare<T>(
        ICudaDevice device, CrossEntropyLoss loss, T[] logits, T[] probabilities, T[] counts, int[] shape, int[] positions)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] gradient = new T[logits.Length], each = new T[logits.Length / shape[1]], targetGradient = new T[logits.Length];
        var (lengths, lossLengths) = (BitsStep.Lengths(shape), BitsStep.Lengths(positions));
        try
        {
            var expected = loss.Evaluate(new ReadOnlyTensorSpan<T>(logits, lengths), new ReadOnlyTensorSpan<T>(probabilities, lengths),
                new TensorSpan<T>(gradient, lengths), new TensorSpan<T>(each, lossLengths),
                counts.Length == 0 ? default : new ReadOnlyTensorSpan<T>(counts, lossLengths), new TensorSpan<T>(targetGradient, lengths));
            using var x = CudaTensor<T>.New(device, shape, logits);
            using var t = CudaTensor<T>.New(device, shape, probabilities);
            using var s = counts.Length == 0 ? null : CudaTensor<T>.New(device, positions, counts);
            using var losses = CudaTensor<T>.New(device, positions, []);
            using var ofTarget = CudaTensor<T>.New(device, shape, []);
            var result = loss.Evaluate(x, t, x, losses, s, ofTarget);
            var fault = BitsStep.Differs([expected.Value, expected.Divisor], [result.Value, result.Divisor], "value")
                ?? BitsStep.Differs<T>(each, losses.Cpu().AsReadOnlySpan(), "losses")
                ?? BitsStep.Differs<T>(gradient, x.Cpu().AsReadOnlySpan(), "gradient")
                ?? BitsStep.Differs<T>(targetGradient, ofTarget.Cpu().AsReadOnlySpan(), "gradient of the probabilities");
            return fault is null ? null : $"{loss} with probabilities: {fault}";
        }
        catch (CudaException error)
        {
            return $"{loss} with probabilities: {error.Message}";
        }
    }
}
