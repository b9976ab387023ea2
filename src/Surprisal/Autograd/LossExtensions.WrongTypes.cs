using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Surprisal;

/// <content>Element types that no loss takes: errors of the compiler that say what to convert.</content>
public static partial class LossExtensions
{
    /// <summary>Not callable: says that class indices are integers, and inputs floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndices, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> Forward(
        this ClassIndexLoss loss, Tensor input, Tensor target, Tensor? sampleWeights = null, LossAccumulator? accumulator = null) =>
        throw new NotSupportedException(WrongTypes.OfClassIndices);

    /// <summary>Not callable: says that class indices are integers, and inputs floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndices, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> Forward(this RegionLoss loss, Tensor input, Tensor target, LossAccumulator? accumulator = null) =>
        throw new NotSupportedException(WrongTypes.OfClassIndices);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumbers, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public static Tensor<float> Forward(
        this DenseLoss loss, Tensor input, Tensor target, Tensor? sampleWeights = null, LossAccumulator? accumulator = null) =>
        throw new NotSupportedException(WrongTypes.OfNumbers);
}
