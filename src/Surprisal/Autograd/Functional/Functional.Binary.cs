namespace Surprisal;

public static partial class Functional
{
    /// <inheritdoc cref="LossExtensions.Forward{T}(DenseLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Probabilities of any shape; logits go to <c>BceWithLogits</c>.</param>
    /// <param name="target">Probabilities in the input's shape.</param>
    /// <param name="weight">See <see cref="BceLoss.Weight"/>. Default null: all 1.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> Bce<T>(
        Tensor<T> input,
        Tensor<T> target,
        ElementWeights? weight = null,
        Reduction reduction = Reduction.Mean,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new BceLoss { Weight = weight, Reduction = reduction }.Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="BceLoss"/>: <c>F.Bce(input, target, new BceLoss { WhenEmpty = EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Probabilities of any shape; logits go to <c>BceWithLogits</c>.</param>
    /// <param name="target">Probabilities in the input's shape.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> Bce<T>(
        Tensor<T> input, Tensor<T> target, BceLoss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Given(options).Forward(input, target, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T}(DenseLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Logits of any shape.</param>
    /// <param name="target">Probabilities in the logits' shape.</param>
    /// <param name="weight">See <see cref="BceWithLogitsLoss.Weight"/>. Default null: all 1.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="posWeight">See <see cref="BceWithLogitsLoss.PosWeight"/>. Default null: all 1.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> BceWithLogits<T>(
        Tensor<T> input,
        Tensor<T> target,
        ElementWeights? weight = null,
        Reduction reduction = Reduction.Mean,
        ElementWeights? posWeight = null,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new BceWithLogitsLoss { Weight = weight, Reduction = reduction, PosWeight = posWeight }.Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="BceWithLogitsLoss"/>: <c>F.BceWithLogits(input, target, new BceWithLogitsLoss { WhenEmpty =
    /// EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Logits of any shape.</param>
    /// <param name="target">Probabilities in the logits' shape.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> BceWithLogits<T>(
        Tensor<T> input, Tensor<T> target, BceWithLogitsLoss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Given(options).Forward(input, target, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T}(DenseLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Logits of any shape.</param>
    /// <param name="target">0, 1 or anything between, in the logits' shape.</param>
    /// <param name="alpha">See <see cref="FocalLoss.Alpha"/>. Default 0.25.</param>
    /// <param name="gamma">See <see cref="FocalLoss.Gamma"/>. Default 2.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default none.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> Focal<T>(
        Tensor<T> input,
        Tensor<T> target,
        double alpha = 0.25,
        double gamma = 2,
        Reduction reduction = Reduction.None,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new FocalLoss { Alpha = alpha, Gamma = gamma, Reduction = reduction }.Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="FocalLoss"/>: <c>F.Focal(input, target, new FocalLoss { WhenEmpty = EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Logits of any shape.</param>
    /// <param name="target">0, 1 or anything between, in the logits' shape.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> Focal<T>(
        Tensor<T> input, Tensor<T> target, FocalLoss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Given(options).Forward(input, target, sampleWeights);
}
