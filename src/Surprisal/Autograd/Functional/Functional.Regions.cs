using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Surprisal;

/// <content>The losses that compare regions.</content>
public static partial class Functional
{
    /// <summary>Dice loss of each class's region, for segmentation.</summary>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="smooth">See <see cref="RegionLoss.Smooth"/>. Default 1.</param>
    /// <param name="ignoreIndex">See <see cref="RegionLoss.IgnoreIndex"/>. Default -100.</param>
    /// <param name="absent">See <see cref="RegionLoss.Absent"/>. Default <see cref="AbsentClasses.Skip"/>.</param>
    /// <param name="perImage">See <see cref="RegionLoss.PerImage"/>. Default false.</param>
    /// <param name="squared">See <see cref="RegionLoss.Squared"/>. Default false.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    public static Tensor<T> Dice<T, TTarget>(
        Tensor<T> input,
        Tensor<TTarget> target,
        double smooth = 1,
        long ignoreIndex = -100,
        AbsentClasses absent = AbsentClasses.Skip,
        bool perImage = false,
        bool squared = false,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        new DiceLoss
        {
            Smooth = smooth, IgnoreIndex = ignoreIndex, Absent = absent, PerImage = perImage, Squared = squared,
            Reduction = reduction,
        }.Forward(input, target);

    /// <summary>The same with every option of <see cref="DiceLoss"/>.</summary>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="options">The loss and its options.</param>
    public static Tensor<T> Dice<T, TTarget>(Tensor<T> input, Tensor<TTarget> target, DiceLoss options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Given(options).Forward(input, target);

    /// <summary>Jaccard loss of each class's region, of intersection over union.</summary>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="smooth">See <see cref="RegionLoss.Smooth"/>. Default 1.</param>
    /// <param name="ignoreIndex">See <see cref="RegionLoss.IgnoreIndex"/>. Default -100.</param>
    /// <param name="absent">See <see cref="RegionLoss.Absent"/>. Default <see cref="AbsentClasses.Skip"/>.</param>
    /// <param name="perImage">See <see cref="RegionLoss.PerImage"/>. Default false.</param>
    /// <param name="squared">See <see cref="RegionLoss.Squared"/>. Default false.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    public static Tensor<T> Jaccard<T, TTarget>(
        Tensor<T> input,
        Tensor<TTarget> target,
        double smooth = 1,
        long ignoreIndex = -100,
        AbsentClasses absent = AbsentClasses.Skip,
        bool perImage = false,
        bool squared = false,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        new JaccardLoss
        {
            Smooth = smooth, IgnoreIndex = ignoreIndex, Absent = absent, PerImage = perImage, Squared = squared,
            Reduction = reduction,
        }.Forward(input, target);

    /// <summary>The same with every option of <see cref="JaccardLoss"/>.</summary>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="options">The loss and its options.</param>
    public static Tensor<T> Jaccard<T, TTarget>(Tensor<T> input, Tensor<TTarget> target, JaccardLoss options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Given(options).Forward(input, target);

    /// <summary>Tversky loss of each class's region: false positives and false negatives count differently.</summary>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="alpha">See <see cref="TverskyLoss.Alpha"/>. Default 0.5.</param>
    /// <param name="beta">See <see cref="TverskyLoss.Beta"/>. Default 0.5.</param>
    /// <param name="smooth">See <see cref="RegionLoss.Smooth"/>. Default 1.</param>
    /// <param name="ignoreIndex">See <see cref="RegionLoss.IgnoreIndex"/>. Default -100.</param>
    /// <param name="absent">See <see cref="RegionLoss.Absent"/>. Default <see cref="AbsentClasses.Skip"/>.</param>
    /// <param name="perImage">See <see cref="RegionLoss.PerImage"/>. Default false.</param>
    /// <param name="squared">See <see cref="RegionLoss.Squared"/>. Default false.</param>
    /// <param name="reduction">See <see cref="Loss.Reduction"/>. Default the mean.</param>
    public static Tensor<T> Tversky<T, TTarget>(
        Tensor<T> input,
        Tensor<TTarget> target,
        double alpha = 0.5,
        double beta = 0.5,
        double smooth = 1,
        long ignoreIndex = -100,
        AbsentClasses absent = AbsentClasses.Skip,
        bool perImage = false,
        bool squared = false,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        new TverskyLoss
        {
            Alpha = alpha, Beta = beta, Smooth = smooth, IgnoreIndex = ignoreIndex, Absent = absent, PerImage = perImage, Squared = squared,
            Reduction = reduction,
        }.Forward(input, target);

    /// <summary>The same with every option of <see cref="TverskyLoss"/>.</summary>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="options">The loss and its options.</param>
    public static Tensor<T> Tversky<T, TTarget>(Tensor<T> input, Tensor<TTarget> target, TverskyLoss options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Given(options).Forward(input, target);

    /// <summary>Not callable: says that class indices are integers, and inputs floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndices, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> Dice(
        Tensor input, Tensor target, double smooth = 1, long ignoreIndex = -100, AbsentClasses absent = AbsentClasses.Skip,
        bool perImage = false, bool squared = false, Reduction reduction = Reduction.Mean) =>
        throw new NotSupportedException(WrongTypes.OfClassIndices);

    /// <summary>Not callable: says that class indices are integers, and inputs floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndices, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> Jaccard(
        Tensor input, Tensor target, double smooth = 1, long ignoreIndex = -100, AbsentClasses absent = AbsentClasses.Skip,
        bool perImage = false, bool squared = false, Reduction reduction = Reduction.Mean) =>
        throw new NotSupportedException(WrongTypes.OfClassIndices);

    /// <summary>Not callable: says that class indices are integers, and inputs floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndices, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> Tversky(
        Tensor input, Tensor target, double alpha = 0.5, double beta = 0.5, double smooth = 1, long ignoreIndex = -100,
        AbsentClasses absent = AbsentClasses.Skip, bool perImage = false, bool squared = false, Reduction reduction = Reduction.Mean) =>
        throw new NotSupportedException(WrongTypes.OfClassIndices);
}
