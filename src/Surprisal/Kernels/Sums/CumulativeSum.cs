namespace Surprisal.Kernels;

/// <summary>Running totals: x [along, inner] -> y [along, inner], y[i] = x[0] + .. + x[i], in double and each rounded once.</summary>
internal static class CumulativeSum
{
    /// <summary>From the first to the last, or with <paramref name="reverse"/> from the last to the first.</summary>
    public static void Run<T>(ReadOnlySpan<T> x, int inner, Span<T> y, bool reverse) where T : unmanaged, INumberBase<T>
    {
        var totals = inner == 1 ? stackalloc double[1] : new double[inner];
        totals.Clear();
        var rows = x.Length / inner;
        for (var i = 0; i < rows; i++)
        {
            var start = (reverse ? rows - 1 - i : i) * inner;
            for (var j = 0; j < totals.Length; j++)
            {
                totals[j] += double.CreateTruncating(x[start + j]);
                y[start + j] = Scalar.Round<T>(totals[j]);
            }
        }
    }

    /// <summary>Running totals of integers, which wrap round in 64 bits.</summary>
    public static void Run<T>(ReadOnlySpan<T> x, int inner, Span<long> y) where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < x.Length; i++) y[i] = long.CreateTruncating(x[i]) + (i < inner ? 0 : y[i - inner]);
    }
}
