using System.Numerics.Tensors;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>Losses over regions, through the card and through the CPU.</summary>
internal static class RegionBits
{
    private static readonly RegionLoss[] losses =
    [
        new DiceLoss(), new JaccardLoss { PerImage = true, Squared = true, IgnoreIndex = 1 },
        new TverskyLoss { Alpha = 0.3, Smooth = 0.1 },
    ];

    /// <summary>What is not equal first, or null.</summary>
    public static string? Check<T, TTarget>(ICudaDevice device, T[] values, TTarget[] classOf, int[] shape, int[] positions)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var gradient = new T[values.Length];
        var (lengths, targetLengths) = (BitsStep.Lengths(shape), BitsStep.Lengths(positions));
        foreach (var loss in losses)
            try
            {
                var expected = loss.Evaluate(new ReadOnlyTensorSpan<T>(values, lengths),
                    new ReadOnlyTensorSpan<TTarget>(classOf, targetLengths), new TensorSpan<T>(gradient, lengths));
                using var x = CudaTensor<T>.New(device, shape, values);
                using var t = CudaTensor<TTarget>.New(device, positions, classOf);
                var result = loss.Evaluate(x, t, x);
                var fault = BitsStep.Differs([expected.Value, expected.Divisor], [result.Value, result.Divisor], "value")
                    ?? BitsStep.Differs<T>(gradient, x.Cpu().AsReadOnlySpan(), "gradient");
                if (fault is not null) return $"{loss}: {fault}";
            }
            catch (CudaException error)
            {
                return $"{loss}: {error.Message}";
            }
        return null;
    }
}
