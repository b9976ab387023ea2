using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Surprisal;

/// <content>Element types that the loss does not take: errors of the compiler that say what to convert.</content>
public sealed partial record CrossEntropyLoss
{
    /// <summary>Not callable: says that class indices are integers, and logits floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndexSpans, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public new LossResult Evaluate<T, TTarget>(ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets, int classes)
        where T : unmanaged
        where TTarget : unmanaged =>
        throw new NotSupportedException(WrongTypes.OfClassIndexSpans);

    /// <summary>Not callable: says that class indices are integers, and logits floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndexSpans, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public new LossResult Evaluate<T, TTarget, TOutput>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets, int classes, Span<TOutput> gradient, Span<TOutput> losses = default)
        where T : unmanaged
        where TTarget : unmanaged
        where TOutput : unmanaged =>
        throw new NotSupportedException(WrongTypes.OfClassIndexSpans);
}
