using System.Numerics.Tensors;

namespace Surprisal;

/// <content>The doors to the memory, and what keeps it: whoever goes through one may look at it later than any check.</content>
public sealed partial class Tensor<T>
{
    /// <summary>The memory itself, to write to; counts as a write, so a Backward that still needs the old values will refuse.</summary>
    /// <exception cref="InvalidOperationException">The tensor requires grad and recording is on: wrap the write in
    /// <c>Tensor.NoGrad()</c>.</exception>
    public TensorSpan<T> AsTensorSpan()
    {
        WritableSpan("AsTensorSpan()");
        return new(HandOut().Span, Lengths());
    }

    /// <summary>The memory itself, to read; nothing is copied. A single number (rank 0) appears as one of length 1.</summary>
    public ReadOnlyTensorSpan<T> AsReadOnlyTensorSpan() => new(HandOut().Span, Lengths());

    /// <summary>The elements in row-major order, to read; nothing is copied.</summary>
    public ReadOnlySpan<T> AsReadOnlySpan() => HandOut().Span;

    /// <summary>The elements in row-major order, to write to; nothing is copied, and it counts as a write as <see cref="AsTensorSpan"/>
    /// does.</summary>
    /// <inheritdoc cref="AsTensorSpan" path="/exception"/>
    public Span<T> AsSpan()
    {
        WritableSpan("AsSpan()");
        return HandOut().Span;
    }

    /// <summary>The memory in row-major order, for those who take memory, such as ONNX Runtime; nothing is copied. It counts as one write
    /// now: what is written to it later, no Backward notices.</summary>
    /// <inheritdoc cref="AsTensorSpan" path="/exception"/>
    public Memory<T> AsMemory()
    {
        WritableSpan("AsMemory()");
        return HandOut();
    }

    /// <summary>
    /// This tensor, whose memory outlives the <see cref="Tensor.Step"/> that it was made in, with that of all its views. Outside a step it
    /// does nothing.
    /// </summary>
    public Tensor<T> Keep()
    {
        CheckAlive();
        Storage.IsKept = true;
        return this;
    }

    internal override void CheckAlive()
    {
        if (Storage.IsReturned) throw IsGone();
    }

    private Memory<T> Memory
    {
        get
        {
            CheckAlive();
            return memory;
        }
    }

    /// <summary>The memory, from now on nobody's to use again: a span of it may be read after every check.</summary>
    private Memory<T> HandOut()
    {
        Storage.IsKept = true;
        return Memory;
    }

    private InvalidOperationException IsGone() => new(
        $"this {ElementName} tensor of shape {Shape} was made in a step that has ended, and its memory is used again; " +
        "Keep() it inside the step.");
}
