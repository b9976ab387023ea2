using System.ComponentModel;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Surprisal;

/// <content>Element types that the loss does not take: errors of the compiler that say what to convert.</content>
public abstract partial record DenseLoss
{
    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumberSpans, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public LossResult Evaluate<T, TTarget>(ReadOnlySpan<T> inputs, ReadOnlySpan<TTarget> targets)
        where T : unmanaged
        where TTarget : unmanaged =>
        throw new NotSupportedException(WrongTypes.OfNumberSpans);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumberSpans, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public LossResult Evaluate<T, TTarget, TOutput>(
        ReadOnlySpan<T> inputs, ReadOnlySpan<TTarget> targets, Span<TOutput> gradient, Span<TOutput> losses = default)
        where T : unmanaged
        where TTarget : unmanaged
        where TOutput : unmanaged =>
        throw new NotSupportedException(WrongTypes.OfNumberSpans);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumberSpans, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public LossResult Evaluate<T, TTarget>(in ReadOnlyTensorSpan<T> inputs, in ReadOnlyTensorSpan<TTarget> targets)
        where T : unmanaged
        where TTarget : unmanaged =>
        throw new NotSupportedException(WrongTypes.OfNumberSpans);

    /// <summary>Not callable: says that inputs and targets are floating-point numbers of one type.</summary>
    [Obsolete(WrongTypes.OfNumberSpans, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public LossResult Evaluate<T, TTarget, TOutput>(
        in ReadOnlyTensorSpan<T> inputs, in ReadOnlyTensorSpan<TTarget> targets, in TensorSpan<TOutput> gradient,
        in TensorSpan<TOutput> losses = default)
        where T : unmanaged
        where TTarget : unmanaged
        where TOutput : unmanaged =>
        throw new NotSupportedException(WrongTypes.OfNumberSpans);
}
