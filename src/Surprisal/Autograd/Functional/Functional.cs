namespace Surprisal;

/// <summary>
/// The losses and functions as in PyTorch's <c>torch.nn.functional</c>; each loss function builds the loss of the same name and calls it.
/// </summary>
/// <remarks>The arguments are PyTorch's, and sample weights; every other option is the loss's own, given as <c>options</c>.</remarks>
/// <example><c>using F = Surprisal.Functional;</c></example>
public static partial class Functional
{
    /// <inheritdoc cref="LossExtensions.Forward{T, TTarget}(ClassIndexLoss, Tensor{T}, Tensor{TTarget}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="weight">See <see cref="ClassIndexLoss.Weight"/>. Default null: all 1.</param>
    /// <param name="ignoreIndex">See <see cref="ClassIndexLoss.IgnoreIndex"/>. Default -100.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="labelSmoothing">See <see cref="CrossEntropyLoss.LabelSmoothing"/>. Default 0.</param>
    /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
    /// <example><code>
    /// var logits = Tensor.Create&lt;float>([[1, 2], [1, 3], [1, 3]]);
    /// var targets = Tensor.Create&lt;long>([0, 1, -100]);
    /// Console.WriteLine(F.CrossEntropy(logits, targets));                             // tensor(0.7201)
    /// Console.WriteLine(F.CrossEntropy(logits, targets, reduction: Reduction.None));  // tensor([1.3133, 0.1269, 0.0000])
    /// </code></example>
    public static Tensor<T> CrossEntropy<T, TTarget>(
        Tensor<T> input,
        Tensor<TTarget> target,
        ClassWeights? weight = null,
        long ignoreIndex = -100,
        Reduction reduction = Reduction.Mean,
        double labelSmoothing = 0,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        new CrossEntropyLoss { Weight = weight, IgnoreIndex = ignoreIndex, Reduction = reduction, LabelSmoothing = labelSmoothing }
            .Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="CrossEntropyLoss"/>: <c>F.CrossEntropy(input, target, new CrossEntropyLoss { WhenEmpty =
    /// EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
    public static Tensor<T> CrossEntropy<T, TTarget>(
        Tensor<T> input, Tensor<TTarget> target, CrossEntropyLoss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Given(options).Forward(input, target, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T}(CrossEntropyLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class probabilities in the logits' shape.</param>
    /// <param name="weight">See <see cref="ClassIndexLoss.Weight"/>. Default null: all 1.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="labelSmoothing">See <see cref="CrossEntropyLoss.LabelSmoothing"/>. Default 0.</param>
    /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
    public static Tensor<T> CrossEntropy<T>(
        Tensor<T> input,
        Tensor<T> target,
        ClassWeights? weight = null,
        Reduction reduction = Reduction.Mean,
        double labelSmoothing = 0,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new CrossEntropyLoss { Weight = weight, Reduction = reduction, LabelSmoothing = labelSmoothing }
            .Forward(input, target, sampleWeights);

    /// <summary>
    /// The same with every option of <see cref="CrossEntropyLoss"/>: <c>F.CrossEntropy(input, target, new CrossEntropyLoss { WhenEmpty =
    /// EmptyMean.Zero })</c>.
    /// </summary>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class probabilities in the logits' shape.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
    public static Tensor<T> CrossEntropy<T>(
        Tensor<T> input, Tensor<T> target, CrossEntropyLoss options, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Given(options).Forward(input, target, sampleWeights);

    /// <summary>Refuses options that are null by the name that the caller knows them by.</summary>
    private static TLoss Given<TLoss>(TLoss options) where TLoss : Loss
    {
        ArgumentNullException.ThrowIfNull(options);
        return options;
    }
}
