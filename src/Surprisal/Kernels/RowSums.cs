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
    public static T Max<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => Max(x, out _);

    /// <summary>The maximum, and whether the others are so near it that no exponential is below the normal numbers.</summary>
    public static T Max<T>(ReadOnlySpan<T> x, out bool isNear) where T : unmanaged, INumber<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        var width = Lanes<T>.Count;
        // The last block may overlap the ones before it: a maximum does not mind.
        var a = x.Length < width ? Lanes<T>.LoadPart(ref from, 0, x.Length, x[0]) : Lanes<T>.Load(ref from, x.Length - width);
        var (b, c, d, low, least) = (a, a, a, a, a);
        var i = 0;
        for (; i <= x.Length - 4 * width; i += 4 * width)
        {
            var (first, second, third, fourth) = (Lanes<T>.Load(ref from, i), Lanes<T>.Load(ref from, i + width), Lanes<T>.Load(ref from, i + 2 * width), Lanes<T>.Load(ref from, i + 3 * width));
            (a, b, c, d) = (Lanes<T>.MaxNumber(a, first), Lanes<T>.MaxNumber(b, second), Lanes<T>.MaxNumber(c, third), Lanes<T>.MaxNumber(d, fourth));
            low = Lanes<T>.MinNumber(low, Lanes<T>.MinNumber(first, second));
            least = Lanes<T>.MinNumber(least, Lanes<T>.MinNumber(third, fourth));
        }
        for (; i <= x.Length - width; i += width)
        {
            a = Lanes<T>.MaxNumber(a, Lanes<T>.Load(ref from, i));
            low = Lanes<T>.MinNumber(low, Lanes<T>.Load(ref from, i));
        }
        var max = Lanes<T>.MaxNumber(Lanes<T>.MaxNumber(a, b), Lanes<T>.MaxNumber(c, d)).Max();
        isNear = (-Lanes<T>.MinNumber(low, least)).Max() + max <= -Exponential.LeastNear<T>();
        return max;
    }

    /// <summary>The sum of exp(x - max) without one that is 1, and the sum of what <paramref name="share"/> makes of the distances; stores every exponential when <paramref name="y"/> has room.</summary>
    /// <param name="x">The row.</param>
    /// <param name="max">Its maximum.</param>
    /// <param name="isNear">What <see cref="Max{T}(ReadOnlySpan{T}, out bool)"/> said of it; false is always right.</param>
    /// <param name="y">Empty, or room for the exponentials; may be the row's memory.</param>
    /// <param name="share">What else is summed.</param>
    public static (double Others, double Shares) Others<T, TShare>(ReadOnlySpan<T> x, T max, bool isNear, Span<T> y, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct =>
        isNear ? Others<T, TShare, Exponentials<T>.Near>(x, max, y, share) : Others<T, TShare, Exponentials<T>.Down>(x, max, y, share);

    private static (double Others, double Shares) Others<T, TShare, TExp>(ReadOnlySpan<T> x, T max, Span<T> y, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
        where TExp : struct, IUnary<T>
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
                var e = default(TExp).Apply(d);
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
            var e = default(TExp).Apply(d);
            if (!y.IsEmpty) e.Store(ref to, i);
            sum.Add(Below(e, ref ones));
            if (typeof(TShare) != typeof(Shares<T>.None)) shares.Add(share.Of(d, i, width));
        }
        if (i < x.Length) // apart, so that the loops above keep their sums in registers
        {
            var count = x.Length - i;
            var d = Lanes<T>.LoadPart(ref from, i, count, max) - shift;
            var e = default(TExp).Apply(d);
            if (!y.IsEmpty) e.StorePart(ref to, i, count);
            sum.Add(Below(e.First(count), ref ones));
            if (typeof(TShare) != typeof(Shares<T>.None)) shares.Add(share.Of(d, i, count).First(count));
        }
        return (sum.Sum() + (ones.Sum() - 1), shares.Sum());
    }

    /// <summary>The exponentials below 1; those that are 1 are counted instead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Below<T>(Lanes<T> e, ref Lanes<T> ones) where T : unmanaged, INumberBase<T>
    {
        var isOne = Lanes<T>.Equal(e, Lanes<T>.All(T.One));
        ones += Lanes<T>.And(isOne, Lanes<T>.All(T.One));
        return Lanes<T>.AndNot(e, isOne);
    }
}
