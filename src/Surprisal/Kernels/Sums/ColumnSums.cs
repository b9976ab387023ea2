using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>The same as <see cref="RowSums"/> for columns of a tile [classes, pitch]: each lane is a column, sums are double. Sums of whole lane blocks are written, so their room is as long.</summary>
internal static class ColumnSums
{
    /// <summary>The maxima, where a column holds NaN one of its numbers or NaN; and whether in all of them the others are so near that no exponential is below the normal numbers.</summary>
    [MethodImpl(Compile.Separately)]
    public static bool Max<T>(ref T tile, int columns, int classes, nint pitch, Span<double> max) where T : unmanaged, INumber<T>
    {
        var isNear = true;
        for (var column = 0; column < columns; column += Lanes<T>.Count)
        {
            ref var at = ref Unsafe.Add(ref tile, column);
            var m = Lanes<T>.Load(ref at, 0);
            var low = m;
            for (var c = pitch; c < classes * pitch; c += pitch)
            {
                var x = Lanes<T>.Load(ref at, c);
                m = Lanes<T>.MaxNumber(m, x);
                low = Lanes<T>.MinNumber(low, x);
            }
            isNear &= Exponential.IsNear(m, low);
            m.StoreWide(ref MemoryMarshal.GetReference(max), column);
        }
        return isNear;
    }

    /// <summary>Turns the columns into exponentials where they are to be stored; for each the sum of them without one that is 1, and the sum of its shares if there are any.</summary>
    public static void Others<T, TShare>(ref T tile, int columns, int classes, nint pitch, ReadOnlySpan<double> max, bool isNear, bool store, Span<double> others, Span<double> sums, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
    {
        if (isNear) Others<T, TShare, ShiftedExp<T>.NoUnderflow>(ref tile, columns, classes, pitch, max, store, others, sums, share);
        else Others<T, TShare, ShiftedExp<T>.General>(ref tile, columns, classes, pitch, max, store, others, sums, share);
    }

    [MethodImpl(Compile.Separately)]
    private static void Others<T, TShare, TExp>(ref T tile, int columns, int classes, nint pitch, ReadOnlySpan<double> max, bool store, Span<double> others, Span<double> sums, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
        where TExp : struct, IShiftedExp<T>
    {
        var one = Lanes<T>.All(T.One);
        for (var column = 0; column < columns; column += Lanes<T>.Count)
        {
            ref var at = ref Unsafe.Add(ref tile, column);
            var m = Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(max), column);
            var (total, shares, ones) = (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), Lanes<T>.Zero);
            for (var c = 0; c < classes;)
            {
                var end = Math.Min(c + 4, classes);
                var (sum, part) = (Lanes<T>.Zero, Lanes<T>.Zero);
                for (; c < end; c++)
                {
                    var e = default(TExp).Apply(Lanes<T>.Load(ref at, c * pitch), m, out var d);
                    if (store) e.Store(ref at, c * pitch);
                    var isOne = Lanes<T>.Equal(e, one);
                    ones += Lanes<T>.And(isOne, one);
                    sum += Lanes<T>.Select(isOne, Lanes<T>.Zero, e);
                    if (typeof(TShare) != typeof(Shares<T>.None)) part += share.Of(d, c, 1);
                }
                total.Add(sum);
                if (typeof(TShare) != typeof(Shares<T>.None)) shares.Add(part);
            }
            total.Add(ones - one); // small whole numbers: exact
            total.Store(others[column..]);
            if (typeof(TShare) != typeof(Shares<T>.None)) shares.Store(sums[column..]);
        }
    }
}
