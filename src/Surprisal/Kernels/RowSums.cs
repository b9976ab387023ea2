using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>What softmax and cross-entropy need of a contiguous row x beside its maximum m: the sum over the *others* of exp(x - m).</summary>
/// <remarks>
/// Leaving the largest out keeps a confident row exact: the loss of the top class is log1p(others), however small they are. One pass, lanes add
/// at most four numbers before they go to a double.
/// </remarks>
internal static class RowSums
{
    /// <summary>The sum of exp(x - max) without the one at the maximum, and the sum of what <paramref name="share"/> makes of the distances; stores every exponential when <paramref name="y"/> has room.</summary>
    /// <param name="x">The row.</param>
    /// <param name="max">Its maximum.</param>
    /// <param name="y">Empty, or room for the exponentials; may be the row's memory.</param>
    /// <param name="share">What else is summed.</param>
    public static (double Others, double Shares) Others<T, TShare>(ReadOnlySpan<T> x, in RowMax<T> max, Span<T> y, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct =>
        max.IsNear ? Others<T, TShare, Exponentials<T>.Near>(x, max, y, share) : Others<T, TShare, Exponentials<T>.Down>(x, max, y, share);

    private static (double Others, double Shares) Others<T, TShare, TExp>(ReadOnlySpan<T> x, in RowMax<T> max, Span<T> y, TShare share)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
        where TExp : struct, IExponential<T>
    {
        var whole = x.Length / Lanes<T>.Count * Lanes<T>.Count;
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var sum = Whole<T, TShare, TExp>(ref from, whole, max.Value, max.At, ref to, !y.IsEmpty, share, out var shares);
        if (whole < x.Length) Part<T, TShare, TExp>(ref from, whole, x.Length - whole, max, ref to, !y.IsEmpty, share, ref sum, ref shares);
        return (sum.Sum(), shares.Sum());
    }

    /// <summary>Whole lane blocks. No call in the loops: sums stay in registers.</summary>
    private static WideSum<T> Whole<T, TShare, TExp>(ref T x, nint length, T max, nint at, ref T y, bool store, TShare share, out WideSum<T> shares)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
        where TExp : struct, IExponential<T>
    {
        var (sum, others, shift) = (default(WideSum<T>), default(WideSum<T>), Lanes<T>.All(max));
        for (nint i = 0; i < length;)
        {
            var (start, end) = (i, Math.Min(i + 4 * Lanes<T>.Count, length));
            var (total, part) = (Lanes<T>.Zero, Lanes<T>.Zero);
            if (at >= start && at < end)
            {
                for (; i < end; i += Lanes<T>.Count)
                {
                    var e = default(TExp).Apply(Lanes<T>.Load(ref x, i), shift, out var d);
                    if (store) e.Store(ref y, i);
                    total += e.Without((int)(at - i));
                    if (typeof(TShare) != typeof(Shares<T>.None)) part += share.Of(d, (int)i, Lanes<T>.Count);
                }
            }
            else
            {
                for (; i < end; i += Lanes<T>.Count)
                {
                    var e = default(TExp).Apply(Lanes<T>.Load(ref x, i), shift, out var d);
                    if (store) e.Store(ref y, i);
                    total += e;
                    if (typeof(TShare) != typeof(Shares<T>.None)) part += share.Of(d, (int)i, Lanes<T>.Count);
                }
            }
            sum.Add(total);
            if (typeof(TShare) != typeof(Shares<T>.None)) others.Add(part);
        }
        shares = others;
        return sum;
    }

    /// <summary>The last lanes, which do not fill a block.</summary>
    private static void Part<T, TShare, TExp>(ref T x, int start, int count, in RowMax<T> max, ref T y, bool store, TShare share, ref WideSum<T> sum, ref WideSum<T> shares)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShare : struct, IShare<T>, allows ref struct
        where TExp : struct, IExponential<T>
    {
        var e = default(TExp).Apply(Lanes<T>.LoadPart(ref x, start, count, max.Value), Lanes<T>.All(max.Value), out var d);
        if (store) e.StorePart(ref y, start, count);
        sum.Add(e.First(count).Without(max.At - start));
        if (typeof(TShare) != typeof(Shares<T>.None)) shares.Add(share.Of(d, start, count).First(count));
    }
}
