namespace Surprisal;

/// <summary>
/// The losses and functions as in PyTorch's <c>torch.nn.functional</c>; each loss function builds the loss of the same name and calls it.
/// </summary>
/// <example><c>using F = Surprisal.Functional;</c></example>
public static partial class Functional
{
    /// <inheritdoc cref="LossExtensions.Forward{T, TTarget}(ClassIndexLoss, Tensor{T}, Tensor{TTarget}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="weight">See <see cref="ClassIndexLoss.Weight"/>. Default null.</param>
    /// <param name="ignoreIndex">See <see cref="ClassIndexLoss.IgnoreIndex"/>. Default -100.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="labelSmoothing">See <see cref="CrossEntropyLoss.LabelSmoothing"/>. Default 0.</param>
    /// <param name="smoothingWeight">See <see cref="CrossEntropyLoss.SmoothingWeight"/>. Default each class its own.</param>
    /// <param name="zLoss">See <see cref="CrossEntropyLoss.ZLoss"/>. Default 0.</param>
    /// <param name="softCap">See <see cref="CrossEntropyLoss.SoftCap"/>. Default null.</param>
    /// <param name="temperature">See <see cref="CrossEntropyLoss.Temperature"/>. Default 1.</param>
    /// <param name="prior">See <see cref="CrossEntropyLoss.Prior"/>. Default null.</param>
    /// <param name="priorStrength">See <see cref="CrossEntropyLoss.PriorStrength"/>. Default 1.</param>
    /// <param name="normalizer">See <see cref="Loss.Normalizer"/>. Default null.</param>
    /// <param name="whenEmpty">See <see cref="Loss.WhenEmpty"/>. Default NaN.</param>
    /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
    public static Tensor<T> CrossEntropy<T, TTarget>(
        Tensor<T> input,
        Tensor<TTarget> target,
        ClassWeights? weight = null,
        long ignoreIndex = -100,
        Reduction reduction = Reduction.Mean,
        double labelSmoothing = 0,
        SmoothingWeight smoothingWeight = SmoothingWeight.PerClass,
        double zLoss = 0,
        double? softCap = null,
        double temperature = 1,
        ClassWeights? prior = null,
        double priorStrength = 1,
        double? normalizer = null,
        EmptyMean whenEmpty = EmptyMean.NaN,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        new CrossEntropyLoss
        {
            Weight = weight, IgnoreIndex = ignoreIndex, Reduction = reduction, LabelSmoothing = labelSmoothing,
            SmoothingWeight = smoothingWeight, ZLoss = zLoss, SoftCap = softCap, Temperature = temperature, Prior = prior,
            PriorStrength = priorStrength, Normalizer = normalizer, WhenEmpty = whenEmpty,
        }.Forward(input, target, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T}(CrossEntropyLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class probabilities in the logits' shape.</param>
    /// <param name="weight">See <see cref="ClassIndexLoss.Weight"/>. Default null.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="labelSmoothing">See <see cref="CrossEntropyLoss.LabelSmoothing"/>. Default 0.</param>
    /// <param name="zeroTimesInfinityIsZero">See <see cref="CrossEntropyLoss.ZeroTimesInfinityIsZero"/>. Default false.</param>
    /// <param name="zLoss">See <see cref="CrossEntropyLoss.ZLoss"/>. Default 0.</param>
    /// <param name="softCap">See <see cref="CrossEntropyLoss.SoftCap"/>. Default null.</param>
    /// <param name="temperature">See <see cref="CrossEntropyLoss.Temperature"/>. Default 1.</param>
    /// <param name="prior">See <see cref="CrossEntropyLoss.Prior"/>. Default null.</param>
    /// <param name="priorStrength">See <see cref="CrossEntropyLoss.PriorStrength"/>. Default 1.</param>
    /// <param name="normalizer">See <see cref="Loss.Normalizer"/>. Default null.</param>
    /// <param name="whenEmpty">See <see cref="Loss.WhenEmpty"/>. Default NaN.</param>
    /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
    public static Tensor<T> CrossEntropy<T>(
        Tensor<T> input,
        Tensor<T> target,
        ClassWeights? weight = null,
        Reduction reduction = Reduction.Mean,
        double labelSmoothing = 0,
        bool zeroTimesInfinityIsZero = false,
        double zLoss = 0,
        double? softCap = null,
        double temperature = 1,
        ClassWeights? prior = null,
        double priorStrength = 1,
        double? normalizer = null,
        EmptyMean whenEmpty = EmptyMean.NaN,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new CrossEntropyLoss
        {
            Weight = weight, Reduction = reduction, LabelSmoothing = labelSmoothing, ZeroTimesInfinityIsZero = zeroTimesInfinityIsZero,
            ZLoss = zLoss, SoftCap = softCap, Temperature = temperature, Prior = prior, PriorStrength = priorStrength,
            Normalizer = normalizer, WhenEmpty = whenEmpty,
        }.Forward(input, target, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T, TTarget}(ClassIndexLoss, Tensor{T}, Tensor{TTarget}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Log-probabilities: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="weight">See <see cref="ClassIndexLoss.Weight"/>. Default null.</param>
    /// <param name="ignoreIndex">See <see cref="ClassIndexLoss.IgnoreIndex"/>. Default -100.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="normalizer">See <see cref="Loss.Normalizer"/>. Default null.</param>
    /// <param name="whenEmpty">See <see cref="Loss.WhenEmpty"/>. Default NaN.</param>
    /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
    public static Tensor<T> Nll<T, TTarget>(
        Tensor<T> input, Tensor<TTarget> target, ClassWeights? weight = null, long ignoreIndex = -100, Reduction reduction = Reduction.Mean,
        double? normalizer = null, EmptyMean whenEmpty = EmptyMean.NaN, Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        new NllLoss { Weight = weight, IgnoreIndex = ignoreIndex, Reduction = reduction, Normalizer = normalizer, WhenEmpty = whenEmpty }
            .Forward(input, target, sampleWeights);

    /// <inheritdoc cref="LossExtensions.Forward{T}(DenseLoss, Tensor{T}, Tensor{T}, Tensor{T}, LossAccumulator)"/>
    /// <param name="input">Logits of any shape.</param>
    /// <param name="target">Probabilities in the logits' shape.</param>
    /// <param name="weight">See <see cref="BceWithLogitsLoss.Weight"/>. Default null.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    /// <param name="posWeight">See <see cref="BceWithLogitsLoss.PosWeight"/>. Default null.</param>
    /// <param name="normalizer">See <see cref="Loss.Normalizer"/>. Default null.</param>
    /// <param name="whenEmpty">See <see cref="Loss.WhenEmpty"/>. Default NaN.</param>
    /// <param name="sampleWeights">How often each element counts; zeros and ones are an ignore mask. Default: all 1.</param>
    public static Tensor<T> BceWithLogits<T>(
        Tensor<T> input,
        Tensor<T> target,
        ElementWeights? weight = null,
        Reduction reduction = Reduction.Mean,
        ElementWeights? posWeight = null,
        double? normalizer = null,
        EmptyMean whenEmpty = EmptyMean.NaN,
        Tensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new BceWithLogitsLoss
        {
            Weight = weight, PosWeight = posWeight, Reduction = reduction, Normalizer = normalizer, WhenEmpty = whenEmpty
        }.Forward(input, target, sampleWeights);
}
