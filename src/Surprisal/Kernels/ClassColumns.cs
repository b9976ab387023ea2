using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// The same as <see cref="ClassRows"/> with lanes over samples: a tile [classes, width] of a near cache holds the logits of some columns and then
/// their exponentials. The gradient goes to memory of any stride between classes, or over the tile.
/// </summary>
internal static class ClassColumns
{
    /// <summary>Neighbouring columns whose classes are <paramref name="stride"/> apart, in the gradient too; one target for each, -1 to leave it out.</summary>
    public static void Run<T, TFormula>(ReadOnlySpan<T> x, int classes, int stride, ReadOnlySpan<int> targets, in ClassTerms<T> terms, TFormula formula, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IClassFormula
    {
        using var tile = new Tile<T>(classes);
        for (var start = 0; start < targets.Length; start += tile.Width)
        {
            var count = Math.Min(tile.Width, targets.Length - start);
            tile.Load(x[start..], stride, count);
            Run(tile.Span, classes, tile.Width, targets.Slice(start, count), terms, formula, scales[start..], gradient.IsEmpty ? default : gradient[start..], stride, losses[start..]);
        }
    }

    /// <summary>Contiguous rows that are too short to fill the lanes.</summary>
    public static void RunShort<T, TFormula>(ReadOnlySpan<T> x, int classes, ReadOnlySpan<int> targets, in ClassTerms<T> terms, TFormula formula, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IClassFormula
    {
        using var tile = new Tile<T>(classes);
        for (var start = 0; start < targets.Length; start += tile.Width)
        {
            var count = Math.Min(tile.Width, targets.Length - start);
            tile.LoadRows(x.Slice(start * classes, count * classes));
            Run(tile.Span, classes, tile.Width, targets.Slice(start, count), terms, formula, scales[start..], gradient.IsEmpty ? default : tile.Span, tile.Width, losses[start..]);
            if (!gradient.IsEmpty) tile.StoreRows(gradient.Slice(start * classes, count * classes));
        }
    }

    private static void Run<T, TFormula>(
        Span<T> tile, int classes, int width, ReadOnlySpan<int> targets, in ClassTerms<T> terms, TFormula formula, ReadOnlySpan<double> scales, Span<T> gradient, nint stride, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IClassFormula
    {
        var room = (Span<double>)stackalloc double[5 * width];
        room.Clear();
        var sums = new ClassSums(room);
        for (var i = 0; i < targets.Length; i++)
        {
            var t = Math.Max(targets[i], 0);
            sums.Weight[i] = terms.WeightOf(t);
            sums.Gap[i] = double.CreateTruncating(tile[t * width + i]);
        }
        ref var at = ref MemoryMarshal.GetReference(tile);
        for (var i = 0; i < targets.Length; i += Lanes<T>.Count)
        {
            var others = sums.Others[i..];
            var spread = sums.Spread[i..];
            var m = ColumnSums.Max(ref at, i, classes, width, out var isNear);
            if (terms.Smoothing == 0) ColumnSums.Others(ref at, i, classes, width, m, isNear, true, others, spread, default(Shares<T>.None));
            else if (terms.IsEven) ColumnSums.Others(ref at, i, classes, width, m, isNear, true, others, spread, default(Shares<T>.Even));
            else ColumnSums.Others(ref at, i, classes, width, m, isNear, true, others, spread, new Shares<T>.Column(terms.Weight));
            var wide = default(WideSum<T>);
            wide.Add(m);
            wide.Store(sums.Max[i..]);
        }
        for (var i = 0; i < targets.Length; i++) sums.Gap[i] = sums.Max[i] - sums.Gap[i];
        for (var i = 0; i < targets.Length; i += Lanes<double>.Count) formula.Finish(sums, i, classes, terms);
        for (var i = 0; i < targets.Length; i++) losses[i] = targets[i] < 0 ? 0 : sums.Others[i];
        if (!gradient.IsEmpty) Scale(tile, classes, width, targets, terms, scales, sums, gradient, stride);
    }

    /// <summary>gradient = factor e - share w, its own at the target, and 0 where a column is left out.</summary>
    private static void Scale<T>(
        ReadOnlySpan<T> tile, int classes, int width, ReadOnlySpan<int> targets, in ClassTerms<T> terms, ReadOnlySpan<double> scales, in ClassSums sums, Span<T> gradient, nint stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> factors = stackalloc T[width];
        Span<T> shares = stackalloc T[width];
        factors.Clear();
        shares.Clear();
        var spread = -terms.Smoothing / classes;
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] < 0) continue; // factor and share stay 0
            factors[i] = T.CreateTruncating(sums.Spread[i] * scales[i]);
            shares[i] = T.CreateTruncating(spread * scales[i] * (terms.SmoothByTarget ? sums.Weight[i] : 1));
        }
        ref var from = ref MemoryMarshal.GetReference(tile);
        ref var to = ref MemoryMarshal.GetReference(gradient);
        ref var factor = ref MemoryMarshal.GetReference(factors);
        ref var share = ref MemoryMarshal.GetReference(shares);
        var (smooth, even) = (terms.Smoothing > 0, terms.IsEven);
        for (var c = 0; c < classes; c++)
        for (var i = 0; i < targets.Length; i += Lanes<T>.Count)
        {
            var f = Lanes<T>.Load(ref factor, i);
            var g = Lanes<T>.Load(ref from, (nint)c * width + i) * f;
            g = Lanes<T>.Select(Lanes<T>.Equal(f, Lanes<T>.Zero), Lanes<T>.Zero, g); // also where an exponential that is left out is NaN
            if (smooth) g = even ? g + Lanes<T>.Load(ref share, i) : Lanes<T>.Fma(Lanes<T>.Load(ref share, i), Lanes<T>.All(terms.Weight[c]), g);
            g.StorePart(ref to, c * stride + i, Math.Min(Lanes<T>.Count, targets.Length - i));
        }
        for (var i = 0; i < targets.Length; i++)
            if (targets[i] >= 0)
                gradient[(int)(targets[i] * stride) + i] = T.CreateTruncating(scales[i] * sums.Gap[i]);
    }
}
