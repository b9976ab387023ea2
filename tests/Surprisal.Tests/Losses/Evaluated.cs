using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>Everything that one call of Evaluate returns and writes.</summary>
internal sealed record Evaluated<T>(double Value, T[] Gradient, T[] Losses) where T : unmanaged, IFloatingPointIeee754<T>
{
    public static Evaluated<T> Of<TTarget>(CrossEntropyLoss loss, T[] logits, ReadOnlySpan<int> shape, TTarget[] targets)
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var lengths = Lengths(shape);
        nint[] samples = lengths.Length == 1 ? [1] : [lengths[0], .. lengths[2..]];
        var gradient = Enumerable.Repeat(T.CreateTruncating(7), logits.Length).ToArray(); // anything but 0, which is an answer
        var losses = Enumerable.Repeat(T.CreateTruncating(7), targets.Length).ToArray();
        var value = loss.Evaluate(
            new ReadOnlyTensorSpan<T>(logits, lengths),
            new ReadOnlyTensorSpan<TTarget>(targets, samples),
            new TensorSpan<T>(gradient, lengths),
            new TensorSpan<T>(losses, samples));
        return new(value, gradient, losses);
    }

    /// <summary>The gradient written over the logits.</summary>
    public static T[] InPlace<TTarget>(CrossEntropyLoss loss, T[] logits, ReadOnlySpan<int> shape, TTarget[] targets)
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var (lengths, memory) = (Lengths(shape), logits.ToArray());
        nint[] samples = lengths.Length == 1 ? [1] : [lengths[0], .. lengths[2..]];
        loss.Evaluate(new ReadOnlyTensorSpan<T>(memory, lengths), new ReadOnlyTensorSpan<TTarget>(targets, samples), new TensorSpan<T>(memory, lengths));
        return memory;
    }

    public static nint[] Lengths(ReadOnlySpan<int> shape) => Array.ConvertAll(shape.ToArray(), static size => (nint)size);
}
