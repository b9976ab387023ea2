using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Surprisal;

/// <content>Element types that the loss does not take: errors of the compiler that say what to convert.</content>
public sealed partial record CrossEntropyLoss
{
    /// <summary>Not callable: says that class indices are integers, and logits floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndexSpans, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public LossResult Evaluate<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, int classes)
        where T : unmanaged =>
        throw new NotSupportedException(WrongTypes.OfClassIndexSpans);

    /// <summary>Not callable: says that class indices are integers, and logits floating-point numbers.</summary>
    [Obsolete(WrongTypes.OfClassIndexSpans, error: true), OverloadResolutionPriority(-1), EditorBrowsable(EditorBrowsableState.Never)]
    public LossResult Evaluate<T, TOutput>(
        ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, int classes, Span<TOutput> gradient, Span<TOutput> losses = default)
        where T : unmanaged
        where TOutput : unmanaged =>
        throw new NotSupportedException(WrongTypes.OfClassIndexSpans);
}
