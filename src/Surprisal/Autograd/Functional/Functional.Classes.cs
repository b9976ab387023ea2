namespace Surprisal;

public static partial class Functional
{
    /// <inheritdoc cref="LossExtensions.Forward{T, TTarget}(ClassIndexLoss, Tensor{T}, Tensor{TTarget}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Log-probabilities: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="weight">See <see cref="ClassIndexLoss.Weight"/>. Default null: all 1.</param>
    /// <param name="ignoreIndex">See <see cref="ClassIndexLoss.IgnoreIndex"/>. Default -100.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
    /// <example><code>
    /// var logProbabilities = Tensor.Create&lt;float>([[1, 2], [1, 3], [1, 3]]).LogSoftmax(1);
    /// Console.WriteLine(F.Nll(logProbabilities, Tensor.Create&lt;int>([0, 1, 1])));      // tensor(0.5224)
    /// </code></example>
    public static Tensor<T> Nll<T, TTarget>(
        Tensor<T> input,
        Tensor<TTarget> target,
        ClassWeights? weight = null,
        long ignoreIndex = -100,
        Reduction reduction = Reduction.Mean,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        new NllLoss { Weight = weight, IgnoreIndex = ignoreIndex, Reduction = reduction }.Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="NllLoss"/>: <c>F.Nll(input, target, new NllLoss { WhenEmpty = EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Log-probabilities: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
    public static Tensor<T> Nll<T, TTarget>(
        Tensor<T> input, Tensor<TTarget> target, NllLoss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Given(options).Forward(input, target, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T, TTarget}(ClassIndexLoss, Tensor{T}, Tensor{TTarget}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="weight">See <see cref="ClassIndexLoss.Weight"/>. Default null: all 1.</param>
    /// <param name="ignoreIndex">See <see cref="ClassIndexLoss.IgnoreIndex"/>. Default -100.</param>
    /// <param name="gamma">See <see cref="SoftmaxFocalLoss.Gamma"/>. Default 2.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
    public static Tensor<T> SoftmaxFocal<T, TTarget>(
        Tensor<T> input,
        Tensor<TTarget> target,
        ClassWeights? weight = null,
        long ignoreIndex = -100,
        double gamma = 2,
        Reduction reduction = Reduction.Mean,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        new SoftmaxFocalLoss { Weight = weight, IgnoreIndex = ignoreIndex, Gamma = gamma, Reduction = reduction }
            .Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="SoftmaxFocalLoss"/>: <c>F.SoftmaxFocal(input, target, new SoftmaxFocalLoss { WhenEmpty =
    /// EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
    public static Tensor<T> SoftmaxFocal<T, TTarget>(
        Tensor<T> input, Tensor<TTarget> target, SoftmaxFocalLoss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Given(options).Forward(input, target, sampleWeights);
}
