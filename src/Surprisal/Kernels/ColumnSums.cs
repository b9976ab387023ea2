using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>The same as <see cref="RowSums"/> for a lane block of columns of a tile [classes, width]: each lane is a column, sums are double.</summary>
internal static class ColumnSums
{
    /// <summary>The maxima, where a column holds NaN its maximum or NaN; and whether the others are so near that no exponential is below the normal numbers.</summary>
    [MethodImpl(Compile.Alone)]
    public static Lanes<T> Max<T>(ref T tile, int column, int classes, int width, out bool isNear) where T : unmanaged, INumber<T>
    {
        var m = Lanes<T>.Load(ref tile, column);
        var low = m;
        for (var c = 1; c < classes; c++)
        {
            var x = Lanes<T>.Load(ref tile, (nint)c * width + column);
            m = Lanes<T>.MaxNumber(m, x);
            low = Lanes<T>.MinNumber(low, x);
        }
        isNear = Exponential.IsNear(m, low);
        return m;
    }

    /// <summary>Turns the columns into exponentials where they are to be stored; for each the sum of them without one that is 1, and the sum of its shares.</summary>
    public static void Others<T, TShare>(ref T tile, int column, int classes, int width, Lanes<T> max, bool isNear, bool store, Span<double> others, Span<double> sums, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
    {
        if (isNear) Others<T, TShare, Exponentials<T>.Near>(ref tile, column, classes, width, max, store, others, sums, share);
        else Others<T, TShare, Exponentials<T>.Down>(ref tile, column, classes, width, max, store, others, sums, share);
    }

    [MethodImpl(Compile.Alone)]
    private static void Others<T, TShare, TExp>(ref T tile, int column, int classes, int width, Lanes<T> max, bool store, Span<double> others, Span<double> sums, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
        where TExp : struct, IExponential<T>
    {
        var (total, shares, one, ones) = (default(WideSum<T>), default(WideSum<T>), Lanes<T>.All(T.One), Lanes<T>.Zero);
        for (var c = 0; c < classes;)
        {
            var end = Math.Min(c + 4, classes);
            var (sum, part) = (Lanes<T>.Zero, Lanes<T>.Zero);
            for (; c < end; c++)
            {
                var at = (nint)c * width + column;
                var e = default(TExp).Apply(Lanes<T>.Load(ref tile, at), max, out var d);
                if (store) e.Store(ref tile, at);
                var isOne = Lanes<T>.Equal(e, one);
                ones += Lanes<T>.And(isOne, one);
                sum += Lanes<T>.Select(isOne, Lanes<T>.Zero, e);
                if (typeof(TShare) != typeof(Shares<T>.None)) part += share.Of(d, c, 1);
            }
            total.Add(sum);
            if (typeof(TShare) != typeof(Shares<T>.None)) shares.Add(part);
        }
        total.Add(ones - one); // small whole numbers: exact
        total.Store(others);
        shares.Store(sums);
    }
}
