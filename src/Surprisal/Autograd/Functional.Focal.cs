namespace Surprisal;

public static partial class Functional
{
    /// <inheritdoc cref="LossExtensions.Forward{T}(DenseLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Logits of any shape.</param>
    /// <param name="target">0, 1 or anything between, in the logits' shape.</param>
    /// <param name="alpha">See <see cref="FocalLoss.Alpha"/>. Default 0.25.</param>
    /// <param name="gamma">See <see cref="FocalLoss.Gamma"/>. Default 2.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default none.</param>
    /// <param name="normalizer">See <see cref="Loss.Normalizer"/>. Default null.</param>
    /// <param name="whenEmpty">See <see cref="Loss.WhenEmpty"/>. Default NaN.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> Focal<T>(
        Tensor<T> input, Tensor<T> target, double alpha = 0.25, double gamma = 2, Reduction reduction = Reduction.None,
        double? normalizer = null, EmptyMean whenEmpty = EmptyMean.NaN, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new FocalLoss { Alpha = alpha, Gamma = gamma, Reduction = reduction, Normalizer = normalizer, WhenEmpty = whenEmpty }
            .Forward(input, target, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T, TTarget}(ClassIndexLoss, Tensor{T}, Tensor{TTarget}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="weight">See <see cref="ClassIndexLoss.Weight"/>. Default null.</param>
    /// <param name="ignoreIndex">See <see cref="ClassIndexLoss.IgnoreIndex"/>. Default -100.</param>
    /// <param name="gamma">See <see cref="SoftmaxFocalLoss.Gamma"/>. Default 2.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="normalizer">See <see cref="Loss.Normalizer"/>. Default null.</param>
    /// <param name="whenEmpty">See <see cref="Loss.WhenEmpty"/>. Default NaN.</param>
    /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
    public static Tensor<T> SoftmaxFocal<T, TTarget>(
        Tensor<T> input,
        Tensor<TTarget> target,
        ClassWeights? weight = null,
        long ignoreIndex = -100,
        double gamma = 2,
        Reduction reduction = Reduction.Mean,
        double? normalizer = null,
        EmptyMean whenEmpty = EmptyMean.NaN,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        new SoftmaxFocalLoss
        {
            Weight = weight, IgnoreIndex = ignoreIndex, Gamma = gamma, Reduction = reduction, Normalizer = normalizer, WhenEmpty = whenEmpty
        }.Forward(input, target, sampleWeights);
}
