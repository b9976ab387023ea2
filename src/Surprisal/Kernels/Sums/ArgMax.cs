namespace Surprisal.Kernels;

/// <summary>The position of the largest or of the smallest element.</summary>
internal static class ArgMax
{
    /// <summary>Finds the first of the largest of every stride-th element; NaN counts as larger than everything.</summary>
    public static int Find<T>(ReadOnlySpan<T> x, int stride) where T : unmanaged, INumber<T>
    {
        var best = 0;
        for (var i = 0; i < x.Length; i += stride)
            if (x[i] > x[best] || (T.IsNaN(x[i]) && !T.IsNaN(x[best])))
                best = i;
        return best / stride;
    }

    /// <summary>Finds the first of the smallest of every stride-th element; NaN counts as smaller than everything.</summary>
    public static int FindSmallest<T>(ReadOnlySpan<T> x, int stride) where T : unmanaged, INumber<T>
    {
        var best = 0;
        for (var i = 0; i < x.Length; i += stride)
            if (x[i] < x[best] || (T.IsNaN(x[i]) && !T.IsNaN(x[best])))
                best = i;
        return best / stride;
    }
}
