namespace Surprisal.Kernels;

/// <summary>One row of classes an index: 1 at the class, 0 elsewhere. One pass over the rows; the checks read the indices only.</summary>
internal static class OneHot
{
    /// <summary>The first position whose index is not one of 0 .. classes - 1; -1 where all are.</summary>
    public static int FirstOutside<TIndex>(ReadOnlySpan<TIndex> indices, long classes) where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        for (var i = 0; i < indices.Length; i++)
            if (long.CreateSaturating(indices[i]) is var index && (index < 0 || index >= classes))
                return i;
        return -1;
    }

    /// <summary>Where the largest index is, the first of equals; -1 for none.</summary>
    public static int Largest<TIndex>(ReadOnlySpan<TIndex> indices) where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        var largest = indices.Length - 1;
        for (var i = indices.Length - 1; i >= 0; i--)
            if (indices[i] >= indices[largest])
                largest = i;
        return largest;
    }

    public static void Rows<TIndex, T>(ReadOnlySpan<TIndex> indices, int classes, Span<T> y)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
        where T : unmanaged, INumberBase<T>
    {
        y.Clear();
        for (var i = 0; i < indices.Length; i++) y[i * classes + int.CreateTruncating(indices[i])] = T.One;
    }
}
