namespace Surprisal;

/// <summary>Slices of spans that are empty where the caller gave none: weights, gradients, losses.</summary>
internal static class OptionalSpan
{
    public static ReadOnlySpan<T> SliceOrEmpty<T>(this ReadOnlySpan<T> span, int start, int length) =>
        span.IsEmpty ? span : span.Slice(start, length);

    public static Span<T> SliceOrEmpty<T>(this Span<T> span, int start, int length) => span.IsEmpty ? span : span.Slice(start, length);
}
