using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>What softmax and cross-entropy need of a contiguous row x: its maximum m, and the sum over the *others* of exp(x - m).</summary>
/// <remarks>
/// Leaving the largest out keeps a confident row exact: the loss of the top class is log1p(others), however small they are. Left out is
/// one exponential of exactly 1; further ones are counted. Two passes over the row, four lane blocks at a time; lanes add at most four
/// numbers before they go to a double.
/// </remarks>
internal static class RowSums
{
    /// <summary>The maximum; where the row holds NaN, the maximum or NaN.</summary>
    public static T Max<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        var width = Lanes<T>.Count;
        if (x.Length < width) return Lanes<T>.LoadPart(ref from, 0, x.Length, x[0]).Max();
        var a = Lanes<T>.Load(ref from, x.Length - width); // the last block may overlap the ones before it: a maximum does not mind
        var (b, c, d) = (a, a, a);
        var i = 0;
        for (; i <= x.Length - 4 * width; i += 4 * width)
        {
            a = Lanes<T>.MaxNumber(a, Lanes<T>.Load(ref from, i));
            b = Lanes<T>.MaxNumber(b, Lanes<T>.Load(ref from, i + width));
            c = Lanes<T>.MaxNumber(c, Lanes<T>.Load(ref from, i + 2 * width));
            d = Lanes<T>.MaxNumber(d, Lanes<T>.Load(ref from, i + 3 * width));
        }
        for (; i <= x.Length - width; i += width) a = Lanes<T>.MaxNumber(a, Lanes<T>.Load(ref from, i));
        return Lanes<T>.MaxNumber(Lanes<T>.MaxNumber(a, b), Lanes<T>.MaxNumber(c, d)).Max();
    }

    /// <summary>The sum of exp(x - max) without one that is 1, and the sum of what <paramref name="share"/> makes of the distances; stores every exponential when <paramref name="y"/> has room.</summary>
    public static (double Others, double Shares) Others<T, TShare>(ReadOnlySpan<T> x, T max, Span<T> y, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
    {
        var width = Lanes<T>.Count;
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var (sum, shares) = (default(WideSum<T>), default(WideSum<T>));
        var (shift, ones) = (Lanes<T>.All(max), Lanes<T>.Zero);
        var i = 0;
        for (; i <= x.Length - 4 * width; i += 4 * width)
        {
            var part = Lanes<T>.Zero;
            var total = Lanes<T>.Zero;
            for (var k = i; k < i + 4 * width; k += width)
            {
                var d = Lanes<T>.Load(ref from, k) - shift;
                var e = d.ExpDown();
                if (!y.IsEmpty) e.Store(ref to, k);
                total += Below(e, ref ones);
                if (typeof(TShare) != typeof(Shares<T>.None)) part += share.Of(d, k, width);
            }
            sum.Add(total);
            if (typeof(TShare) != typeof(Shares<T>.None)) shares.Add(part);
        }
        for (; i <= x.Length - width; i += width)
        {
            var d = Lanes<T>.Load(ref from, i) - shift;
            var e = d.ExpDown();
            if (!y.IsEmpty) e.Store(ref to, i);
            sum.Add(Below(e, ref ones));
            if (typeof(TShare) != typeof(Shares<T>.None)) shares.Add(share.Of(d, i, width));
        }
        if (i < x.Length) // apart, so that the loops above keep their sums in registers
        {
            var count = x.Length - i;
            var d = Lanes<T>.LoadPart(ref from, i, count, T.NegativeInfinity) - shift;
            var e = d.ExpDown();
            if (!y.IsEmpty) e.StorePart(ref to, i, count);
            sum.Add(Below(e, ref ones).First(count));
            if (typeof(TShare) != typeof(Shares<T>.None)) shares.Add(share.Of(d, i, count).First(count));
        }
        return (sum.Sum() + (ones.Sum() - 1), shares.Sum());
    }

    /// <summary>The exponentials below 1; those that are 1 are counted instead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Below<T>(Lanes<T> e, ref Lanes<T> ones) where T : unmanaged, INumberBase<T>
    {
        var one = Lanes<T>.All(T.One);
        var isOne = Lanes<T>.Equal(e, one);
        ones += Lanes<T>.Select(isOne, one, Lanes<T>.Zero);
        return Lanes<T>.Select(isOne, Lanes<T>.Zero, e);
    }
}
