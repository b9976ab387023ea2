using Surprisal.Kernels;

namespace Surprisal;

/// <content>Writes to existing memory: recorded or refused where the tape records it, and noticed by every Backward that saved the
/// values.</content>
public sealed partial class Tensor<T>
{
    /// <summary>Sets every element to <paramref name="value"/>.</summary>
    /// <param name="value">What every element becomes.</param>
    /// <exception cref="InvalidOperationException">The tensor requires grad and recording is on.</exception>
    public void Fill(T value) => WritableSpan("Fill").Fill(value);

    /// <summary>Overwrites the elements with those of <paramref name="source"/>, of the same shape; recorded as <c>+=</c> is.</summary>
    /// <param name="source">What to copy; nothing is repeated to fit.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <inheritdoc cref="op_AdditionAssignment(Tensor{T})" path="/exception"/>
    public void CopyFrom(Tensor<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Shape != Shape)
            throw new ArgumentException($"source has shape {source.Shape}, but this tensor has {Shape}.", nameof(source));
        if (IsRecordedWith(source, "CopyFrom"))
            Replace(source.Copy().Record("CopyBackwards", [], source.MakeEdge(static g => g)));
        else
            source.Span.CopyTo(WritableSpan("CopyFrom"));
    }

    /// <summary>Adds in place, as PyTorch's <c>+=</c> does; the other operand broadcasts to this shape.</summary>
    /// <remarks>
    /// Where the other operand requires grad, or this tensor is the result of a recorded operation, the tape records it: gradients go to
    /// both.
    /// </remarks>
    /// <exception cref="ArgumentException">The other operand does not broadcast to this shape.</exception>
    /// <exception cref="InvalidOperationException">It would be recorded, but this tensor is a leaf that requires grad, or another one
    /// (a slice, a reshaped one) shares its memory.</exception>
    public void operator +=(Tensor<T> other) =>
        Update(other, "+=", static (a, b) => a + b, default(Formulas<T>.Add), default(Formulas<float>.Add));

    /// <summary>Subtracts in place; recorded as <c>+=</c> is.</summary>
    /// <inheritdoc cref="op_AdditionAssignment(Tensor{T})" path="/exception"/>
    public void operator -=(Tensor<T> other) =>
        Update(other, "-=", static (a, b) => a - b, default(Formulas<T>.Subtract), default(Formulas<float>.Subtract));

    /// <summary>Multiplies in place; recorded as <c>+=</c> is.</summary>
    /// <inheritdoc cref="op_AdditionAssignment(Tensor{T})" path="/exception"/>
    public void operator *=(Tensor<T> other) =>
        Update(other, "*=", static (a, b) => a * b, default(Formulas<T>.Multiply), default(Formulas<float>.Multiply));

    /// <summary>Adds a number to every element, in place; recorded as <c>+=</c> is.</summary>
    /// <inheritdoc cref="op_AdditionAssignment(Tensor{T})" path="/exception"/>
    public void operator +=(T other)
    {
        var self = this;
        self += Scalar(other);
    }

    /// <summary>Subtracts a number from every element, in place; recorded as <c>+=</c> is.</summary>
    /// <inheritdoc cref="op_AdditionAssignment(Tensor{T})" path="/exception"/>
    public void operator -=(T other)
    {
        var self = this;
        self -= Scalar(other);
    }

    /// <summary>Multiplies every element by a number, in place; recorded as <c>+=</c> is.</summary>
    /// <inheritdoc cref="op_AdditionAssignment(Tensor{T})" path="/exception"/>
    public void operator *=(T other)
    {
        var self = this;
        self *= Scalar(other);
    }

    /// <summary>f(this, other) in place, or where the tape records it, the same operation that is not in place.</summary>
    internal void Update<TOp, TFloat>(
        Tensor<T> other, string operation, Func<Tensor<T>, Tensor<T>, Tensor<T>> recorded, TOp f, TFloat inFloat)
        where TOp : struct, IBinary<T>
        where TFloat : struct, IBinary<float>
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!BroadcastShape.Fits<int>(other.Shape, Shape))
            throw new ArgumentException($"output with shape {Shape} doesn't match the broadcast shape " +
                $"{Surprisal.Shape.Broadcast(Shape, other.Shape)}", nameof(other));
        if (IsRecordedWith(other, operation))
        {
            var before = CopyOnTape();
            Replace(recorded(before, ReferenceEquals(other, this) ? before : other));
            return;
        }
        // or values already overwritten would be read
        if (other.Span.Overlaps(Span, out var distance) && distance != 0) other = other.Detach().Clone();
        var memory = WritableSpan(operation);
        if (other.Shape == Shape) Broadcasting.Row(memory, other.Span, memory, f, inFloat);
        else Broadcasting.Map(Detach(), other.Detach(), f, inFloat).Span.CopyTo(memory);
    }

    /// <summary>Whether the tape records a write of another tensor's values here; refuses where it cannot.</summary>
    private bool IsRecordedWith(Tensor<T> other, string operation)
    {
        if (!GradMode.IsEnabled || (!RequiresGrad && !other.RequiresGrad)) return false;
        if (RequiresGrad && IsLeaf) throw IsRecorded(operation);
        return !Storage.HasViews ? true : throw new InvalidOperationException(
            $"{operation} would be recorded for this tensor of shape {Shape} alone, but its memory is that of another one too " +
            "(a slice, a reshaped one), which would lose the gradient: write the result to a new tensor, such as y = x + z, " +
            "or write to a Clone.");
    }

    /// <summary>Takes over the result of an operation that is not in place, and where it is recorded its place on the tape.</summary>
    internal void Update(string operation, Func<Tensor<T>, Tensor<T>> f)
    {
        if (IsRecordedWith(this, operation))
        {
            Replace(f(CopyOnTape()));
            return;
        }
        using var scope = NoGrad();
        f(Detach()).Span.CopyTo(WritableSpan(operation));
    }

    /// <summary>The value before the write, in memory of its own, at this tensor's place on the tape.</summary>
    private Tensor<T> CopyOnTape()
    {
        var before = Copy();
        before.Node = Node;
        return before;
    }

    /// <summary>Takes over the values of a recorded result and its place on the tape.</summary>
    private void Replace(Tensor<T> result)
    {
        result.Span.CopyTo(Span);
        Storage.Bump();
        if (GradFn is { Retained: { } retained } before && ReferenceEquals(retained, this))
            (before.Retained, result.Node!.Retained) = (null, this);
        Node = result.Node;
    }
}
