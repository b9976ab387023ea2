namespace Surprisal;

/// <summary>
/// PyTorch's rule for two shapes: aligned at the last axis, each pair of sizes is equal or has a 1, which repeats; and the errors about it.
/// </summary>
internal static class BroadcastShape
{
    /// <summary>Whether <paramref name="shape"/> becomes <paramref name="target"/> by repetition alone.</summary>
    public static bool Fits<TSize>(ReadOnlySpan<TSize> shape, ReadOnlySpan<TSize> target) where TSize : IBinaryInteger<TSize>
    {
        if (shape.Length > target.Length) return false;
        for (var back = 1; back <= shape.Length; back++)
            if (shape[^back] != target[^back] && shape[^back] != TSize.One)
                return false;
        return true;
    }

    /// <summary>
    /// The shape that both become; where there is none, <paramref name="misfit"/> is the axis, counted from the last as 1, at which they
    /// differ, else 0.
    /// </summary>
    public static TSize[] Combine<TSize>(ReadOnlySpan<TSize> a, ReadOnlySpan<TSize> b, out int misfit) where TSize : IBinaryInteger<TSize>
    {
        var both = new TSize[Math.Max(a.Length, b.Length)];
        for (misfit = 1; misfit <= both.Length; misfit++)
        {
            var (sizeA, sizeB) = (Size(a, misfit), Size(b, misfit));
            if (sizeA != sizeB && sizeA != TSize.One && sizeB != TSize.One) return both;
            both[^misfit] = sizeA == TSize.One ? sizeB : sizeA;
        }
        misfit = 0;
        return both;
    }

    /// <summary>The error about two shapes that do not broadcast, with the reason in our own words behind PyTorch's.</summary>
    public static ArgumentException SizeMismatch<TSize>(
        ReadOnlySpan<TSize> a,
        ReadOnlySpan<TSize> b,
        int misfit,
        string reason,
        string? argument = null)
        where TSize : IBinaryInteger<TSize> => new(
        $"The size of tensor a ({Size(a, misfit)}) must match the size of tensor b ({Size(b, misfit)}) at non-singleton dimension " +
        $"{Math.Max(a.Length, b.Length) - misfit}: {reason}", argument);

    /// <summary>The error about an operand that would repeat the tensor that the result is to have the shape of.</summary>
    public static ArgumentException OutputMismatch<TSize>(
        ReadOnlySpan<TSize> output,
        ReadOnlySpan<TSize> both,
        string reason,
        string argument) =>
        new($"output with shape {Shape.Format(output)} doesn't match the broadcast shape {Shape.Format(both)}{reason}", argument);

    /// <summary>The size of an axis counted from the last; 1 for one that the shape does not have.</summary>
    private static TSize Size<TSize>(ReadOnlySpan<TSize> shape, int back) where TSize : IBinaryInteger<TSize> =>
        back <= shape.Length ? shape[^back] : TSize.One;
}
