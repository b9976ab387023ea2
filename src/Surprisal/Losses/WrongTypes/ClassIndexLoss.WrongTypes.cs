using System.ComponentModel;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Surprisal;

/// <content>Element types that the loss does not take: errors of the compiler that say what to convert.</content>
public abstract partial record ClassIndexLoss
{
    /// <summary>Not callable: says that the number of classes is missing.</summary>
    [Obsolete(WrongTypes.WithoutClasses, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public LossResult Evaluate<T, TTarget>(ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets)
        where T : unmanaged
        where TTarget : unmanaged =>
        throw new NotSupportedException(WrongTypes.WithoutClasses);

    /// <summary>Not callable: says that class indices are integers, and logits floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndexSpans, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public LossResult Evaluate<T, TTarget>(ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets, int classes)
        where T : unmanaged
        where TTarget : unmanaged =>
        throw new NotSupportedException(WrongTypes.OfClassIndexSpans);

    /// <summary>Not callable: says that class indices are integers, and logits floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndexSpans, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public LossResult Evaluate<T, TTarget, TOutput>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets, int classes, Span<TOutput> gradient, Span<TOutput> losses = default)
        where T : unmanaged
        where TTarget : unmanaged
        where TOutput : unmanaged =>
        throw new NotSupportedException(WrongTypes.OfClassIndexSpans);

    /// <summary>Not callable: says that class indices are integers, and logits floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndexSpans, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public LossResult Evaluate<T, TTarget>(in ReadOnlyTensorSpan<T> logits, in ReadOnlyTensorSpan<TTarget> targets)
        where T : unmanaged
        where TTarget : unmanaged =>
        throw new NotSupportedException(WrongTypes.OfClassIndexSpans);

    /// <summary>Not callable: says that class indices are integers, and logits floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndexSpans, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public LossResult Evaluate<T, TTarget, TOutput>(
        in ReadOnlyTensorSpan<T> logits, in ReadOnlyTensorSpan<TTarget> targets, in TensorSpan<TOutput> gradient,
        in TensorSpan<TOutput> losses = default)
        where T : unmanaged
        where TTarget : unmanaged
        where TOutput : unmanaged =>
        throw new NotSupportedException(WrongTypes.OfClassIndexSpans);
}
