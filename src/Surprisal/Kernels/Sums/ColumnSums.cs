using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// The sum E of exp(x_c - m) over each column of a tile x [classes, pitch] without the column's largest m: what <see cref="RowSums"/> is
/// for long rows, with lanes over columns. Sums are double, and written for whole lane blocks, so their memory is as long.
/// </summary>
internal static class ColumnSums
{
    /// <summary>
    /// Turns the columns into exponentials where they are to be stored; each column's sum of them without one that is 1, and of its
    /// smoothing terms if there are any.
    /// </summary>
    public static void ExpWithoutMax<T, TTerm>(
        ref T tile,
        int columns,
        int classes,
        nint pitch,
        ReadOnlySpan<double> max,
        bool noUnderflow,
        bool store,
        Span<double> expSums,
        Span<double> smoothingSums,
        TTerm term)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ISmoothingTerm<T>, allows ref struct
    {
        if (noUnderflow)
            ExpWithoutMax<T, TTerm, ShiftedExp<T>.NoUnderflow>(ref tile, columns, classes, pitch, max, store, expSums, smoothingSums, term);
        else ExpWithoutMax<T, TTerm, ShiftedExp<T>.General>(ref tile, columns, classes, pitch, max, store, expSums, smoothingSums, term);
    }

    [MethodImpl(Compile.Separately)]
    private static void ExpWithoutMax<T, TTerm, TExp>(
        ref T tile,
        int columns,
        int classes,
        nint pitch,
        ReadOnlySpan<double> max,
        bool store,
        Span<double> expSums,
        Span<double> smoothingSums,
        TTerm term)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ISmoothingTerm<T>, allows ref struct
        where TExp : struct, IShiftedExp<T>
    {
        var one = Lanes<T>.All(T.One);
        for (var column = 0; column < columns; column += Lanes<T>.Count)
        {
            ref var at = ref Unsafe.Add(ref tile, column);
            var m = Lanes<T>.LoadFromDouble(ref MemoryMarshal.GetReference(max), column);
            var (total, smoothing, ones) = (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), Lanes<T>.Zero);
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
                    if (typeof(TTerm) != typeof(SmoothingTerms<T>.None)) part += term.Of(d, c, 1);
                }
                total.Add(sum);
                if (typeof(TTerm) != typeof(SmoothingTerms<T>.None)) smoothing.Add(part);
            }
            total.Add(ones - one); // small whole numbers: exact
            total.Store(expSums[column..]);
            if (typeof(TTerm) != typeof(SmoothingTerms<T>.None)) smoothing.Store(smoothingSums[column..]);
        }
    }
}
