using System.Numerics.Tensors;

namespace Surprisal;

/// <summary>What fits each other where losses are given plain spans, which have lengths and no shapes.</summary>
internal static class SpanRows
{
    /// <summary>The number of rows of so many classes that the logits are.</summary>
    public static int Count(int logits, int classes)
    {
        if (classes < 1) throw new ArgumentOutOfRangeException(nameof(classes), $"classes is {classes}; a row has at least 1 logit.");
        if (logits % classes != 0)
            throw new ArgumentException($"logits has {logits} elements, which is no whole number of rows of {classes} classes.",
                nameof(logits));
        return logits / classes;
    }

    /// <summary>An output in its shape, or none where the span is empty; refuses another length.</summary>
    public static TensorSpan<T> Optional<T>(Span<T> span, ReadOnlySpan<nint> shape, string name, string like)
    {
        if (span.IsEmpty) return default;
        CheckLength(span.Length, shape, name, like);
        return new(span, shape);
    }

    /// <summary>An input in its shape, or none where the span is empty; refuses another length.</summary>
    public static ReadOnlyTensorSpan<T> Optional<T>(ReadOnlySpan<T> span, ReadOnlySpan<nint> shape, string name, string like)
    {
        if (span.IsEmpty) return default;
        CheckLength(span.Length, shape, name, like);
        return new(span, shape);
    }

    private static void CheckLength(int actual, ReadOnlySpan<nint> shape, string name, string like)
    {
        var expected = TensorLengths.Product(shape);
        if (actual != expected)
            throw new ArgumentException(
                $"{name} has {actual} elements, but it needs {expected}, as {like} says; none leaves it out.", name);
    }
}
