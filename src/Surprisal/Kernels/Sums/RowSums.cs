using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// The sum E of exp(x_c - m) over a row x [classes] without the largest logit m, which softmax and cross-entropy need beside m; short
/// rows go by <see cref="ColumnSums"/>. Leaving the largest out keeps a confident row exact: the loss of the top class is log1p(E), however
/// small E is. Exponentials that are 1 are counted instead of summed, and one of them is the largest's. One pass; lanes add at most four
/// numbers before they go to a double, and doubles 16 of these at a time: <see cref="DoubleAccumulator{T}.EndLevel"/>.
/// </summary>
internal static class RowSums
{
    /// <summary>The sum of exp(x - max) without one at the maximum, and the sum of the smoothing terms.</summary>
    /// <param name="x">The row.</param>
    /// <param name="max">Its maximum.</param>
    /// <param name="y">Empty, or receives every exponential; may be the row's memory.</param>
    /// <param name="term">What is summed beside the exponentials.</param>
    public static (double ExpSum, double SmoothingSum) ExpWithoutMax<T, TTerm>(ReadOnlySpan<T> x, RowMax<T> max, Span<T> y, TTerm term)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ISmoothingTerm<T>, allows ref struct => ExpWithoutMax(x, max, y, term, default(PrefetchNext<T>));

    /// <summary>The same, with memory traffic beside; a row that is cut into pieces has none.</summary>
    public static (double ExpSum, double SmoothingSum) ExpWithoutMax<T, TTerm, TCompanion>(
        ReadOnlySpan<T> x,
        RowMax<T> max,
        Span<T> y,
        TTerm term,
        TCompanion companion)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ISmoothingTerm<T>, allows ref struct
        where TCompanion : struct, ICompanion
    {
        if (x.Length > LongRow.MaxWhole) return Long(x, max, y, term);
        var (sum, ones, smoothing) = Piece(x, 0, max, y, term, companion);
        return (sum + (ones - 1), smoothing);
    }

    private static (double ExpSum, double SmoothingSum) Long<T, TTerm>(ReadOnlySpan<T> x, RowMax<T> max, Span<T> y, TTerm term)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ISmoothingTerm<T>, allows ref struct
    {
        var pieces = Partition.Pieces(x.Length, LongRow.Piece);
        using var scratch = new Scratch<double>(3 * pieces);
        var found = scratch.Span;
        var job = new Pieces<T, TTerm>(x, max, y, term, found);
        Partition.For(pieces, LongRow.Piece, ref job);
        var (sum, ones, smoothing) = (default(CompensatedSum), 0.0, default(CompensatedSum));
        for (var i = 0; i < pieces; i++)
        {
            sum.Add(found[3 * i]);
            ones += found[3 * i + 1];
            smoothing.Add(found[3 * i + 2]);
        }
        return (sum.Value + (ones - 1), smoothing.Value);
    }

    /// <summary>
    /// The sum of the exponentials below 1, how many are 1, and the smoothing terms of a piece whose first class is
    /// <paramref name="first"/>.
    /// </summary>
    private static (double Sum, double Ones, double SmoothingSum) Piece<T, TTerm, TCompanion>(
        ReadOnlySpan<T> x,
        int first,
        RowMax<T> max,
        Span<T> y,
        TTerm term,
        TCompanion companion)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ISmoothingTerm<T>, allows ref struct
        where TCompanion : struct, ICompanion =>
        max.NoUnderflow
            ? Piece<T, TTerm, ShiftedExp<T>.NoUnderflow, TCompanion>(x, first, max.Value, y, term, companion)
            : Piece<T, TTerm, ShiftedExp<T>.General, TCompanion>(x, first, max.Value, y, term, companion);

    /// <remarks>
    /// The last block of lanes may overlap the one before: it is read before anything is written, and only what is new counts.
    /// </remarks>
    [MethodImpl(Compile.Separately)]
    private static (double Sum, double Ones, double SmoothingSum) Piece<T, TTerm, TExp, TCompanion>(
        ReadOnlySpan<T> x,
        int first,
        T max,
        Span<T> y,
        TTerm term,
        TCompanion companion)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ISmoothingTerm<T>, allows ref struct
        where TExp : struct, IShiftedExp<T>
        where TCompanion : struct, ICompanion
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var (length, width, store) = (x.Length, Lanes<T>.Count, !y.IsEmpty);
        if (length < width) return Part<T, TTerm, TExp>(ref from, first, length, max, ref to, store, term);
        var (sum, smoothing, shift, one) =
            (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), Lanes<T>.All(max), Lanes<T>.All(T.One));
        var (last, rest, ones) = (Lanes<T>.Load(ref from, length - width), length % width, Lanes<T>.Zero);
        var (sums, all, smoothings, allSmoothing) = (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>),
            default(DoubleAccumulator<T>), default(DoubleAccumulator<T>));
        for (nint i = 0; i <= length - width;)
        {
            var level = Math.Min(i + DoubleAccumulator<T>.Level, length - width + 1);
            while (i < level)
            {
                var end = Math.Min(i + 4 * width, level);
                var (total, part) = (Lanes<T>.Zero, Lanes<T>.Zero);
                for (; i < end; i += width)
                {
                    companion.At(i);
                    var e = default(TExp).Apply(Lanes<T>.Load(ref from, i), shift, out var d);
                    if (store) e.Store(ref to, i);
                    var isOne = Lanes<T>.Equal(e, one);
                    ones += Lanes<T>.And(isOne, one);
                    total += Lanes<T>.Select(isOne, Lanes<T>.Zero, e);
                    if (typeof(TTerm) != typeof(SmoothingTerms<T>.None)) part += term.Of(d, first + (int)i, width);
                }
                sum.Add(total);
                if (typeof(TTerm) != typeof(SmoothingTerms<T>.None)) smoothing.Add(part);
            }
            sum.EndLevel(i, ref sums, ref all);
            if (typeof(TTerm) != typeof(SmoothingTerms<T>.None)) smoothing.EndLevel(i, ref smoothings, ref allSmoothing);
        }
        if (rest > 0)
        {
            var e = default(TExp).Apply(last, shift, out var d);
            if (store) e.Store(ref to, length - width);
            e = e.From(width - rest);
            var isOne = Lanes<T>.Equal(e, one);
            ones += Lanes<T>.And(isOne, one);
            sum.Add(Lanes<T>.Select(isOne, Lanes<T>.Zero, e));
            if (typeof(TTerm) != typeof(SmoothingTerms<T>.None))
                smoothing.Add(term.Of(d, first + length - width, width).From(width - rest));
        }
        return (sum.Sum(ref sums, ref all), ones.Sum(), smoothing.Sum(ref smoothings, ref allSmoothing));
    }

    /// <summary>A row that does not fill the lanes.</summary>
    [MethodImpl(Compile.Separately)]
    private static (double Sum, double Ones, double SmoothingSum) Part<T, TTerm, TExp>(
        ref T x,
        int first,
        int count,
        T max,
        ref T y,
        bool store,
        TTerm term)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ISmoothingTerm<T>, allows ref struct
        where TExp : struct, IShiftedExp<T>
    {
        var e = default(TExp).Apply(Lanes<T>.LoadPartial(ref x, 0, count, max), Lanes<T>.All(max), out var d);
        if (store) e.StorePartial(ref y, 0, count);
        e = e.First(count);
        var isOne = Lanes<T>.Equal(e, Lanes<T>.All(T.One));
        return (Lanes<T>.Select(isOne, Lanes<T>.Zero, e).Sum(), Lanes<T>.And(isOne, Lanes<T>.All(T.One)).Sum(),
            typeof(TTerm) == typeof(SmoothingTerms<T>.None) ? 0 : term.Of(d, first, count).First(count).Sum());
    }

    private readonly ref struct Pieces<T, TTerm>(ReadOnlySpan<T> x, RowMax<T> max, Span<T> y, TTerm term, Span<double> found)
        : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ISmoothingTerm<T>, allows ref struct
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;
        private readonly Span<double> found = found;
        private readonly TTerm term = term;

        public void Run(int piece)
        {
            var at = Partition.PieceRange(piece, x.Length, LongRow.Piece);
            (found[3 * piece], found[3 * piece + 1], found[3 * piece + 2]) = Piece(x[at], piece * LongRow.Piece, max,
                y.IsEmpty ? default : y[at], term, default(PrefetchNext<T>));
        }
    }
}
