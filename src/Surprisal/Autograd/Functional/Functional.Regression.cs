namespace Surprisal;

/// <content>Losses of the differences of numbers.</content>
public static partial class Functional
{
    /// <inheritdoc cref="LossExtensions.Forward{T}(DenseLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Numbers of any shape.</param>
    /// <param name="target">Numbers in the input's shape; nothing is repeated.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> Mse<T>(
        Tensor<T> input, Tensor<T> target, Reduction reduction = Reduction.Mean, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new MseLoss { Reduction = reduction }.Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="MseLoss"/>: <c>F.Mse(input, target, new MseLoss { WhenEmpty = EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Numbers of any shape.</param>
    /// <param name="target">Numbers in the input's shape; nothing is repeated.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> Mse<T>(
        Tensor<T> input, Tensor<T> target, MseLoss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Given(options).Forward(input, target, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T}(DenseLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Numbers of any shape.</param>
    /// <param name="target">Numbers in the input's shape; nothing is repeated.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> L1<T>(
        Tensor<T> input, Tensor<T> target, Reduction reduction = Reduction.Mean, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new L1Loss { Reduction = reduction }.Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="L1Loss"/>: <c>F.L1(input, target, new L1Loss { WhenEmpty = EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Numbers of any shape.</param>
    /// <param name="target">Numbers in the input's shape; nothing is repeated.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> L1<T>(
        Tensor<T> input, Tensor<T> target, L1Loss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Given(options).Forward(input, target, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T}(DenseLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Numbers of any shape.</param>
    /// <param name="target">Numbers in the input's shape; nothing is repeated.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="delta">See <see cref="HuberLoss.Delta"/>. Default 1.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> Huber<T>(
        Tensor<T> input, Tensor<T> target, Reduction reduction = Reduction.Mean, double delta = 1, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new HuberLoss { Reduction = reduction, Delta = delta }.Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="HuberLoss"/>: <c>F.Huber(input, target, new HuberLoss { WhenEmpty = EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Numbers of any shape.</param>
    /// <param name="target">Numbers in the input's shape; nothing is repeated.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> Huber<T>(
        Tensor<T> input, Tensor<T> target, HuberLoss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Given(options).Forward(input, target, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T}(DenseLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Numbers of any shape.</param>
    /// <param name="target">Numbers in the input's shape; nothing is repeated.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="beta">See <see cref="SmoothL1Loss.Beta"/>. Default 1.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> SmoothL1<T>(
        Tensor<T> input, Tensor<T> target, Reduction reduction = Reduction.Mean, double beta = 1, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new SmoothL1Loss { Reduction = reduction, Beta = beta }.Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="SmoothL1Loss"/>: <c>F.SmoothL1(input, target, new SmoothL1Loss { WhenEmpty =
    /// EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Numbers of any shape.</param>
    /// <param name="target">Numbers in the input's shape; nothing is repeated.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> SmoothL1<T>(
        Tensor<T> input, Tensor<T> target, SmoothL1Loss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Given(options).Forward(input, target, sampleWeights);
}
