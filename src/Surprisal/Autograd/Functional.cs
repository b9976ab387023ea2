namespace Surprisal;

/// <summary>The losses as functions, as in PyTorch's <c>torch.nn.functional</c>; each builds the loss of the same name and calls it.</summary>
/// <example><c>using F = Surprisal.Functional;</c></example>
public static class Functional
{
    /// <inheritdoc cref="LossBridge.Forward{T, TTarget}(CrossEntropyLoss, Tensor{T}, Tensor{TTarget})"/>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="weight">See <see cref="CrossEntropyLoss.Weight"/>. Default null.</param>
    /// <param name="ignoreIndex">See <see cref="CrossEntropyLoss.IgnoreIndex"/>. Default -100.</param>
    /// <param name="reduction">See <see cref="CrossEntropyLoss.Reduction"/>. Default the mean.</param>
    /// <param name="labelSmoothing">See <see cref="CrossEntropyLoss.LabelSmoothing"/>. Default 0.</param>
    public static Tensor<T> CrossEntropy<T, TTarget>(Tensor<T> input, Tensor<TTarget> target, ClassWeights? weight = null, long ignoreIndex = -100, Reduction reduction = Reduction.Mean, double labelSmoothing = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        new CrossEntropyLoss { Weight = weight, IgnoreIndex = ignoreIndex, Reduction = reduction, LabelSmoothing = labelSmoothing }.Forward(input, target);
}
