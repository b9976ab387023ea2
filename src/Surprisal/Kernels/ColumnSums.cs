namespace Surprisal.Kernels;

/// <summary>The same as <see cref="RowSums"/> for a lane block of columns of a tile [classes, width]: each lane is a column, sums are double.</summary>
internal static class ColumnSums
{
    /// <summary>The maxima; where a column holds NaN, its maximum or NaN.</summary>
    public static Lanes<T> Max<T>(ref T tile, int column, int classes, int width) where T : unmanaged
    {
        var m = Lanes<T>.Load(ref tile, column);
        for (var c = 1; c < classes; c++) m = Lanes<T>.MaxNumber(m, Lanes<T>.Load(ref tile, (nint)c * width + column));
        return m;
    }

    /// <summary>Turns the columns into exponentials where they are to be stored; for each the sum of them without one that is 1, and the sum of its shares.</summary>
    public static void Others<T, TShare>(ref T tile, int column, int classes, int width, Lanes<T> max, bool store, Span<double> others, Span<double> sums, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
    {
        var (total, shares) = (default(WideSum<T>), default(WideSum<T>));
        var (one, ones) = (Lanes<T>.All(T.One), Lanes<T>.Zero);
        for (var c = 0; c < classes; c++)
        {
            var at = (nint)c * width + column;
            var d = Lanes<T>.Load(ref tile, at) - max;
            var e = d.ExpDown();
            if (store) e.Store(ref tile, at);
            var isOne = Lanes<T>.Equal(e, one);
            ones += Lanes<T>.Select(isOne, one, Lanes<T>.Zero);
            total.Add(Lanes<T>.Select(isOne, Lanes<T>.Zero, e));
            if (typeof(TShare) != typeof(Shares<T>.None)) shares.Add(share.Of(d, c, 1));
        }
        total.Add(ones - one); // small whole numbers: exact
        total.Store(others);
        shares.Store(sums);
    }
}
