namespace Surprisal;

public static partial class Functional
{
    /// <inheritdoc cref="LossExtensions.Forward{T, TTarget}(LinearCrossEntropyLoss, Tensor{T}, Tensor{T}, Tensor{TTarget}, Tensor{T},
    /// Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Hidden states [.., features].</param>
    /// <param name="linearWeight">[classes, features]: the weight of a linear layer, or an embedding's.</param>
    /// <param name="target">Class indices: the leading dimensions of <paramref name="input"/>.</param>
    /// <param name="linearBias">[classes]. Default: none.</param>
    /// <param name="weight">See <see cref="LinearCrossEntropyLoss.Weight"/>. Default null: all 1.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="ignoreIndex">See <see cref="LinearCrossEntropyLoss.IgnoreIndex"/>. Default -100.</param>
    /// <param name="labelSmoothing">See <see cref="LinearCrossEntropyLoss.LabelSmoothing"/>. Default 0.</param>
    /// <param name="sampleWeights">How often each row counts. Default: all 1.</param>
    /// <example><code>
    /// var hidden = Tensor.Create&lt;float>([[1, 2], [3, 4]]);
    /// var weight = Tensor.Create&lt;float>([[1, 0], [0, 1], [1, 1]]);
    /// Console.WriteLine(F.LinearCrossEntropy(hidden, weight, Tensor.Create&lt;long>([2, 0])));        // tensor(2.2367)
    /// </code></example>
    public static Tensor<T> LinearCrossEntropy<T, TTarget>(
        Tensor<T> input,
        Tensor<T> linearWeight,
        Tensor<TTarget> target,
        Tensor<T>? linearBias = null,
        ClassWeights? weight = null,
        Reduction reduction = Reduction.Mean,
        long ignoreIndex = -100,
        double labelSmoothing = 0,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        new LinearCrossEntropyLoss { Weight = weight, IgnoreIndex = ignoreIndex, Reduction = reduction, LabelSmoothing = labelSmoothing }
            .Forward(input, linearWeight, target, linearBias, sampleWeights);

    /// <summary>The same with every option of <see cref="LinearCrossEntropyLoss"/>.</summary>
    /// <param name="input">Hidden states [.., features].</param>
    /// <param name="linearWeight">[classes, features]: the weight of a linear layer, or an embedding's.</param>
    /// <param name="target">Class indices: the leading dimensions of <paramref name="input"/>.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="linearBias">[classes]. Default: none.</param>
    /// <param name="sampleWeights">How often each row counts. Default: all 1.</param>
    public static Tensor<T> LinearCrossEntropy<T, TTarget>(
        Tensor<T> input,
        Tensor<T> linearWeight,
        Tensor<TTarget> target,
        LinearCrossEntropyLoss options,
        Tensor<T>? linearBias = null,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Given(options).Forward(input, linearWeight, target, linearBias, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T}(LinearCrossEntropyLoss, Tensor{T}, Tensor{T}, Tensor{T}, Tensor{T}, Tensor{T},
    /// LossAccumulator)"/>
    /// <param name="input">Hidden states [.., features].</param>
    /// <param name="linearWeight">[classes, features]: the weight of a linear layer, or an embedding's.</param>
    /// <param name="target">Class probabilities [.., classes]; without a gradient.</param>
    /// <param name="linearBias">[classes]. Default: none.</param>
    /// <param name="weight">See <see cref="LinearCrossEntropyLoss.Weight"/>. Default null: all 1.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="labelSmoothing">See <see cref="LinearCrossEntropyLoss.LabelSmoothing"/>. Default 0.</param>
    /// <param name="sampleWeights">How often each row counts. Default: all 1.</param>
    public static Tensor<T> LinearCrossEntropy<T>(
        Tensor<T> input,
        Tensor<T> linearWeight,
        Tensor<T> target,
        Tensor<T>? linearBias = null,
        ClassWeights? weight = null,
        Reduction reduction = Reduction.Mean,
        double labelSmoothing = 0,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new LinearCrossEntropyLoss { Weight = weight, Reduction = reduction, LabelSmoothing = labelSmoothing }
            .Forward(input, linearWeight, target, linearBias, sampleWeights);

    /// <summary>The same with every option of <see cref="LinearCrossEntropyLoss"/>.</summary>
    /// <param name="input">Hidden states [.., features].</param>
    /// <param name="linearWeight">[classes, features]: the weight of a linear layer, or an embedding's.</param>
    /// <param name="target">Class probabilities [.., classes]; without a gradient.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="linearBias">[classes]. Default: none.</param>
    /// <param name="sampleWeights">How often each row counts. Default: all 1.</param>
    public static Tensor<T> LinearCrossEntropy<T>(
        Tensor<T> input,
        Tensor<T> linearWeight,
        Tensor<T> target,
        LinearCrossEntropyLoss options,
        Tensor<T>? linearBias = null,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Given(options).Forward(input, linearWeight, target, linearBias, sampleWeights);
}
