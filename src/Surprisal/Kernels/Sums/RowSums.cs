using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>What softmax and cross-entropy need of a contiguous row x beside its maximum m: the sum over the *others* of exp(x - m).</summary>
/// <remarks>
/// Leaving the largest out keeps a confident row exact: the loss of the top class is log1p(others), however small they are. ShiftedExp that are 1 are counted
/// instead of summed, and one of them is the largest's. One pass, lanes add at most four numbers before they go to a double.
/// </remarks>
internal static class RowSums
{
    /// <summary>The sum of exp(x - max) without one at the maximum, and the sum of what <paramref name="share"/> makes of the distances; stores every exponential when <paramref name="y"/> has room.</summary>
    /// <param name="x">The row.</param>
    /// <param name="max">Its maximum.</param>
    /// <param name="y">Empty, or room for the exponentials; may be the row's memory.</param>
    /// <param name="share">What else is summed.</param>
    public static (double Others, double Shares) Others<T, TShare>(ReadOnlySpan<T> x, RowMax<T> max, Span<T> y, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
    {
        if (x.Length > LongRow.Most) return Long(x, max, y, share);
        var (sum, ones, shares) = Piece(x, 0, max, y, share);
        return (sum + (ones - 1), shares);
    }

    private static (double Others, double Shares) Long<T, TShare>(ReadOnlySpan<T> x, RowMax<T> max, Span<T> y, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
    {
        var pieces = Partition.Pieces(x.Length, LongRow.Piece);
        using var scratch = new Scratch<double>(3 * pieces);
        var found = scratch.Span;
        var job = new Pieces<T, TShare>(x, max, y, share, found);
        Partition.For(pieces, LongRow.Piece, ref job);
        var (sum, ones, shares) = (default(CompensatedSum), 0.0, default(CompensatedSum));
        for (var i = 0; i < pieces; i++)
        {
            sum.Add(found[3 * i]);
            ones += found[3 * i + 1];
            shares.Add(found[3 * i + 2]);
        }
        return (sum.Value + (ones - 1), shares.Value);
    }

    /// <summary>The sum of the exponentials below 1, how many are 1, and the shares of a piece whose first class is <paramref name="first"/>.</summary>
    private static (double Sum, double Ones, double Shares) Piece<T, TShare>(ReadOnlySpan<T> x, int first, RowMax<T> max, Span<T> y, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct =>
        max.IsNear ? Piece<T, TShare, ShiftedExp<T>.NoUnderflow>(x, first, max.Value, y, share) : Piece<T, TShare, ShiftedExp<T>.General>(x, first, max.Value, y, share);

    /// <remarks>The last block of lanes may overlap the one before: it is read before anything is written, and only what is new counts.</remarks>
    [MethodImpl(Compile.Separately)]
    private static (double Sum, double Ones, double Shares) Piece<T, TShare, TExp>(ReadOnlySpan<T> x, int first, T max, Span<T> y, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
        where TExp : struct, IShiftedExp<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var (length, width, store) = (x.Length, Lanes<T>.Count, !y.IsEmpty);
        if (length < width) return Part<T, TShare, TExp>(ref from, first, length, max, ref to, store, share);
        var (sum, shares, shift, one) = (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), Lanes<T>.All(max), Lanes<T>.All(T.One));
        var (last, rest, ones) = (Lanes<T>.Load(ref from, length - width), length % width, Lanes<T>.Zero);
        for (nint i = 0; i <= length - width;)
        {
            var end = Math.Min(i + 4 * width, length - width + 1);
            var (total, part) = (Lanes<T>.Zero, Lanes<T>.Zero);
            for (; i < end; i += width)
            {
                var e = default(TExp).Apply(Lanes<T>.Load(ref from, i), shift, out var d);
                if (store) e.Store(ref to, i);
                var isOne = Lanes<T>.Equal(e, one);
                ones += Lanes<T>.And(isOne, one);
                total += Lanes<T>.Select(isOne, Lanes<T>.Zero, e);
                if (typeof(TShare) != typeof(Shares<T>.None)) part += share.Of(d, first + (int)i, width);
            }
            sum.Add(total);
            if (typeof(TShare) != typeof(Shares<T>.None)) shares.Add(part);
        }
        if (rest > 0)
        {
            var e = default(TExp).Apply(last, shift, out var d);
            if (store) e.Store(ref to, length - width);
            e = e.From(width - rest);
            var isOne = Lanes<T>.Equal(e, one);
            ones += Lanes<T>.And(isOne, one);
            sum.Add(Lanes<T>.Select(isOne, Lanes<T>.Zero, e));
            if (typeof(TShare) != typeof(Shares<T>.None)) shares.Add(share.Of(d, first + length - width, width).From(width - rest));
        }
        return (sum.Sum(), ones.Sum(), shares.Sum());
    }

    /// <summary>A row that does not fill the lanes.</summary>
    [MethodImpl(Compile.Separately)]
    private static (double Sum, double Ones, double Shares) Part<T, TShare, TExp>(ref T x, int first, int count, T max, ref T y, bool store, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
        where TExp : struct, IShiftedExp<T>
    {
        var e = default(TExp).Apply(Lanes<T>.LoadPart(ref x, 0, count, max), Lanes<T>.All(max), out var d);
        if (store) e.StorePart(ref y, 0, count);
        e = e.First(count);
        var isOne = Lanes<T>.Equal(e, Lanes<T>.All(T.One));
        return (Lanes<T>.Select(isOne, Lanes<T>.Zero, e).Sum(), Lanes<T>.And(isOne, Lanes<T>.All(T.One)).Sum(), typeof(TShare) == typeof(Shares<T>.None) ? 0 : share.Of(d, first, count).First(count).Sum());
    }

    private readonly ref struct Pieces<T, TShare>(ReadOnlySpan<T> x, RowMax<T> max, Span<T> y, TShare share, Span<double> found) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;
        private readonly Span<double> found = found;
        private readonly TShare share = share;

        public void Run(int piece)
        {
            var at = Partition.Piece(piece, x.Length, LongRow.Piece);
            (found[3 * piece], found[3 * piece + 1], found[3 * piece + 2]) = Piece(x[at], piece * LongRow.Piece, max, y.IsEmpty ? default : y[at], share);
        }
    }
}
