using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Surprisal;

/// <content>Element types that no loss takes: errors of the compiler that say what to convert.</content>
public static partial class Functional
{
    /// <summary>Not callable: says that class indices are integers, and inputs floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndices, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> CrossEntropy(
        Tensor input, Tensor target, ClassWeights? weight = null, long ignoreIndex = -100,
        Reduction reduction = Reduction.Mean, double labelSmoothing = 0) =>
        throw new NotSupportedException(WrongTypes.OfClassIndices);

    /// <summary>Not callable: says that class indices are integers, and inputs floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndices, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> Nll(
        Tensor input, Tensor target, ClassWeights? weight = null, long ignoreIndex = -100,
        Reduction reduction = Reduction.Mean) =>
        throw new NotSupportedException(WrongTypes.OfClassIndices);

    /// <summary>Not callable: says that class indices are integers, and inputs floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndices, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> SoftmaxFocal(
        Tensor input, Tensor target, ClassWeights? weight = null, long ignoreIndex = -100, double gamma = 2,
        Reduction reduction = Reduction.Mean) =>
        throw new NotSupportedException(WrongTypes.OfClassIndices);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumbers, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> Bce(
        Tensor input, Tensor target, ElementWeights? weight = null, Reduction reduction = Reduction.Mean) =>
        throw new NotSupportedException(WrongTypes.OfNumbers);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumbers, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> BceWithLogits(
        Tensor input, Tensor target, ElementWeights? weight = null,
        Reduction reduction = Reduction.Mean, ElementWeights? posWeight = null) =>
        throw new NotSupportedException(WrongTypes.OfNumbers);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumbers, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> Focal(
        Tensor input, Tensor target, double alpha = 0.25, double gamma = 2, Reduction reduction = Reduction.None) =>
        throw new NotSupportedException(WrongTypes.OfNumbers);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumbers, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> KlDiv(
        Tensor input, Tensor target, Reduction reduction = Reduction.Mean, bool logTarget = false) =>
        throw new NotSupportedException(WrongTypes.OfNumbers);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumbers, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> SoftMargin(
        Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
        throw new NotSupportedException(WrongTypes.OfNumbers);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumbers, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> MultiLabelSoftMargin(
        Tensor input, Tensor target, ElementWeights? weight = null, Reduction reduction = Reduction.Mean) =>
        throw new NotSupportedException(WrongTypes.OfNumbers);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumbers, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> Mse(
        Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
        throw new NotSupportedException(WrongTypes.OfNumbers);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumbers, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> L1(
        Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
        throw new NotSupportedException(WrongTypes.OfNumbers);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumbers, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> Huber(
        Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double delta = 1) =>
        throw new NotSupportedException(WrongTypes.OfNumbers);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumbers, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> SmoothL1(
        Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1) =>
        throw new NotSupportedException(WrongTypes.OfNumbers);
}
