using Surprisal.Kernels;

namespace Surprisal;

/// <content>Writes to existing memory: refused while the tape records the tensor, and noticed by every Backward that saved it.</content>
public sealed partial class Tensor<T>
{
    /// <summary>Sets every element to <paramref name="value"/>.</summary>
    /// <exception cref="InvalidOperationException">The tensor requires grad and recording is on.</exception>
    public void Fill(T value) => WritableSpan("Fill").Fill(value);

    /// <summary>Overwrites the elements with those of <paramref name="source"/>, of the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="InvalidOperationException">The tensor requires grad and recording is on.</exception>
    public void CopyFrom(Tensor<T> source)
    {
        if (!source.Shape.SequenceEqual(Shape))
            throw new ArgumentException($"source has shape {Surprisal.Shape.Format(source.Shape)}, " +
                $"but this tensor has {Surprisal.Shape.Format(Shape)}.", nameof(source));
        source.Span.CopyTo(WritableSpan("CopyFrom"));
    }

    /// <summary>Adds in place, as PyTorch's <c>+=</c> does; the other operand broadcasts to this shape.</summary>
    /// <exception cref="InvalidOperationException">The tensor requires grad and recording is on.</exception>
    public void operator +=(Tensor<T> other) => Update(other, "+=", default(Formulas<T>.Add), default(Formulas<float>.Add));

    /// <summary>Subtracts in place.</summary>
    /// <inheritdoc cref="op_AdditionAssignment(Tensor{T})" path="/exception"/>
    public void operator -=(Tensor<T> other) => Update(other, "-=", default(Formulas<T>.Subtract), default(Formulas<float>.Subtract));

    /// <summary>Multiplies in place.</summary>
    /// <inheritdoc cref="op_AdditionAssignment(Tensor{T})" path="/exception"/>
    public void operator *=(Tensor<T> other) => Update(other, "*=", default(Formulas<T>.Multiply), default(Formulas<float>.Multiply));

    /// <summary>Adds a number to every element, in place.</summary>
    /// <inheritdoc cref="op_AdditionAssignment(Tensor{T})" path="/exception"/>
    public void operator +=(T other) => Update(Scalar(other), "+=", default(Formulas<T>.Add), default(Formulas<float>.Add));

    /// <summary>Subtracts a number from every element, in place.</summary>
    /// <inheritdoc cref="op_AdditionAssignment(Tensor{T})" path="/exception"/>
    public void operator -=(T other) => Update(Scalar(other), "-=", default(Formulas<T>.Subtract), default(Formulas<float>.Subtract));

    /// <summary>Multiplies every element by a number, in place.</summary>
    /// <inheritdoc cref="op_AdditionAssignment(Tensor{T})" path="/exception"/>
    public void operator *=(T other) => Update(Scalar(other), "*=", default(Formulas<T>.Multiply), default(Formulas<float>.Multiply));

    internal void Update<TOp, TFloat>(Tensor<T> other, string operation, TOp f, TFloat inFloat)
        where TOp : struct, IBinary<T>
        where TFloat : struct, IBinary<float>
    {
        // or values already overwritten would be read
        if (other.Span.Overlaps(Span, out var distance) && distance != 0) other = other.Detach().Clone();
        if (other.Shape.SequenceEqual(Shape))
        {
            var memory = WritableSpan(operation);
            Broadcasting.Row(memory, other.Span, memory, f, inFloat);
            return;
        }
        if (!Surprisal.Shape.Broadcast(Shape, other.Shape).AsSpan().SequenceEqual(Shape))
            throw new ArgumentException($"output with shape {Surprisal.Shape.Format(Shape)} doesn't match the broadcast shape " +
                $"{Surprisal.Shape.Format(Surprisal.Shape.Broadcast(Shape, other.Shape))}", nameof(other));
        var target = WritableSpan(operation);
        Broadcasting.Map(Detach(), other.Detach(), f, inFloat).Span.CopyTo(target);
    }
}
