namespace Surprisal;

public static partial class Functional
{
    /// <inheritdoc cref="LossExtensions.Forward{T}(DenseLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Log-probabilities of any shape that broadcasts with the target's.</param>
    /// <param name="target">Probabilities, or their logarithms, of any shape that broadcasts with the input's.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>; <see cref="Reduction.BatchMean"/> is the divergence of distributions.
    /// Default the mean.</param>
    /// <param name="logTarget">See <see cref="KlDivLoss.LogTarget"/>. Default false.</param>
    /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
    public static Tensor<T> KlDiv<T>(
        Tensor<T> input, Tensor<T> target, Reduction reduction = Reduction.Mean, bool logTarget = false, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new KlDivLoss { Reduction = reduction, LogTarget = logTarget }.Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="KlDivLoss"/>: <c>F.KlDiv(input, target, new KlDivLoss { WhenEmpty = EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Log-probabilities of any shape that broadcasts with the target's.</param>
    /// <param name="target">Probabilities, or their logarithms, of any shape that broadcasts with the input's.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
    public static Tensor<T> KlDiv<T>(
        Tensor<T> input, Tensor<T> target, KlDivLoss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Given(options).Forward(input, target, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T}(DenseLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Logits of any shape.</param>
    /// <param name="target">-1 or 1, in a shape that broadcasts to the logits'.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
    public static Tensor<T> SoftMargin<T>(
        Tensor<T> input, Tensor<T> target, Reduction reduction = Reduction.Mean, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new SoftMarginLoss { Reduction = reduction }.Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="SoftMarginLoss"/>: <c>F.SoftMargin(input, target, new SoftMarginLoss { WhenEmpty =
    /// EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Logits of any shape.</param>
    /// <param name="target">-1 or 1, in a shape that broadcasts to the logits'.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
    public static Tensor<T> SoftMargin<T>(
        Tensor<T> input, Tensor<T> target, SoftMarginLoss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Given(options).Forward(input, target, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T}(DenseLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Logits with the classes last: (C), (N, C) or (N, d1 .. dK, C).</param>
    /// <param name="target">Probabilities in a shape that broadcasts to the logits'.</param>
    /// <param name="weight">See <see cref="MultiLabelSoftMarginLoss.Weight"/>. Default null: all 1.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="sampleWeights">How often each row counts. Default: all 1.</param>
    public static Tensor<T> MultiLabelSoftMargin<T>(
        Tensor<T> input,
        Tensor<T> target,
        ElementWeights? weight = null,
        Reduction reduction = Reduction.Mean,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new MultiLabelSoftMarginLoss { Weight = weight, Reduction = reduction }.Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="MultiLabelSoftMarginLoss"/>: <c>F.MultiLabelSoftMargin(input, target, new
    /// MultiLabelSoftMarginLoss { WhenEmpty = EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Logits with the classes last: (C), (N, C) or (N, d1 .. dK, C).</param>
    /// <param name="target">Probabilities in a shape that broadcasts to the logits'.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each row counts. Default: all 1.</param>
    public static Tensor<T> MultiLabelSoftMargin<T>(
        Tensor<T> input, Tensor<T> target, MultiLabelSoftMarginLoss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Given(options).Forward(input, target, sampleWeights);
}
