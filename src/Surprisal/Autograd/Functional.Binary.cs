namespace Surprisal;

public static partial class Functional
{
    /// <inheritdoc cref="LossExtensions.Forward{T}(DenseLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Probabilities of any shape; logits go to <c>BceWithLogits</c>.</param>
    /// <param name="target">Probabilities in the input's shape.</param>
    /// <param name="weight">See <see cref="BceLoss.Weight"/>. Default null.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="normalizer">See <see cref="Loss.Normalizer"/>. Default null.</param>
    /// <param name="whenEmpty">See <see cref="Loss.WhenEmpty"/>. Default NaN.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> Bce<T>(
        Tensor<T> input, Tensor<T> target, ElementWeights? weight = null, Reduction reduction = Reduction.Mean,
        double? normalizer = null, EmptyMean whenEmpty = EmptyMean.NaN, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new BceLoss { Weight = weight, Reduction = reduction, Normalizer = normalizer, WhenEmpty = whenEmpty }
            .Forward(input, target, sampleWeights);
}
