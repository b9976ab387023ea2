namespace Surprisal;

public static partial class Functional
{
    /// <summary>The loss of hidden states through a linear layer, estimated from a sample of the classes.</summary>
    /// <param name="input">Hidden states [.., features].</param>
    /// <param name="linearWeight">[classes, features]: the weight of a linear layer, or an embedding's; classes by falling
    /// frequency.</param>
    /// <param name="target">Class indices: the leading dimensions of <paramref name="input"/>.</param>
    /// <param name="options">The loss and its options.</param>
    /// <param name="step">Which sample: the number of the training step.</param>
    /// <param name="linearBias">[classes]. Default: none.</param>
    /// <returns>Rank 0, or with <see cref="Reduction.None"/> the shape of the targets.</returns>
    public static Tensor<T> SampledSoftmax<T, TTarget>(
        Tensor<T> input,
        Tensor<T> linearWeight,
        Tensor<TTarget> target,
        SampledSoftmaxLoss options,
        long step,
        Tensor<T>? linearBias = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Given(options).Forward(input, linearWeight, target, step, linearBias);
}
