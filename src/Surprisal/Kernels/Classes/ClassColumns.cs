using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// The same as <see cref="ClassRows"/> with lanes over samples: a tile [classes, pitch] of a near cache holds the logits of some columns, then
/// their exponentials, then their gradients, which go to memory of any stride between classes.
/// </summary>
internal static class ClassColumns
{
    /// <summary>Columns whose classes are <paramref name="stride"/> apart, in the gradient too, and contiguous rows where that is 1; one target for each, -1 to leave it out.</summary>
    public static void Run<T, TFormula>(ReadOnlySpan<T> x, int classes, int stride, ReadOnlySpan<int> targets, in ClassTerms<T> terms, TFormula formula, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IClassFormula
    {
        using var tile = new ColumnTile<T>(classes, stride, targets.Length);
        for (var start = 0; start < targets.Length; start += tile.Width)
        {
            var count = Math.Min(tile.Width, targets.Length - start);
            tile.Load(x, start, count);
            Run(tile, targets.Slice(start, count), classes, terms, formula, scales[start..], !gradient.IsEmpty, losses[start..]);
            if (!gradient.IsEmpty) tile.Store(gradient, start, count);
        }
    }

    /// <summary>The columns of a tile, which receive their gradients.</summary>
    [SkipLocalsInit]
    private static void Run<T, TFormula>(
        in ColumnTile<T> tile, ReadOnlySpan<int> targets, int classes, in ClassTerms<T> terms, TFormula formula, ReadOnlySpan<double> scales, bool wantsGradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IClassFormula
    {
        Span<double> room = stackalloc double[5 * ColumnTile<T>.Room(targets.Length)];
        var sums = new ClassSums(room);
        for (var start = 0; start < targets.Length; start += ColumnTile<T>.Part)
        {
            var part = targets.Slice(start, Math.Min(ColumnTile<T>.Part, targets.Length - start));
            ref var columns = ref tile.Span[start];
            Gather(ref columns, tile.Pitch, part, terms, sums);
            Sum(ref columns, part.Length, classes, tile.Pitch, terms, sums);
            for (var i = 0; i < part.Length; i += Lanes<double>.Count) formula.Finish(sums, i, classes, terms);
            sums.Others[..part.Length].CopyTo(losses[start..]);
            if (wantsGradient) Scale(ref columns, classes, tile.Pitch, part, terms, scales[start..], sums);
        }
    }

    /// <summary>What each column's target says: its logit and its weight.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Gather<T>(ref T tile, nint pitch, ReadOnlySpan<int> targets, in ClassTerms<T> terms, in ClassSums sums) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var atTarget = sums.AtTarget;
        for (var i = 0; i < targets.Length; i++) atTarget[i] = double.CreateTruncating(Unsafe.Add(ref tile, Math.Max(targets[i], 0) * pitch + i));
        if (terms.Weight.IsEmpty)
        {
            sums.Weight.Fill(1);
            return;
        }
        var weight = sums.Weight;
        for (var i = 0; i < targets.Length; i++) weight[i] = terms.WeightOf(Math.Max(targets[i], 0));
    }

    /// <summary>The sums of the columns, which become exponentials.</summary>
    private static void Sum<T>(ref T tile, int columns, int classes, int pitch, in ClassTerms<T> terms, in ClassSums sums) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var isNear = ColumnSums.Max(ref tile, columns, classes, pitch, sums.Max);
        if (terms.Smoothing == 0) ColumnSums.Others(ref tile, columns, classes, pitch, sums.Max, isNear, true, sums.Others, sums.Spread, default(Shares<T>.None));
        else if (terms.IsEven) ColumnSums.Others(ref tile, columns, classes, pitch, sums.Max, isNear, true, sums.Others, sums.Spread, default(Shares<T>.Even));
        else ColumnSums.Others(ref tile, columns, classes, pitch, sums.Max, isNear, true, sums.Others, sums.Spread, new Shares<T>.Column(terms.Weight));
    }

    /// <summary>gradient = factor e - share w, its own at the target, and 0 where a column is left out.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Scale<T>(ref T tile, int classes, int pitch, ReadOnlySpan<int> targets, in ClassTerms<T> terms, ReadOnlySpan<double> scales, in ClassSums sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var spread = -terms.Smoothing / classes;
        var factors = sums.Spread[..targets.Length];
        var atTarget = sums.AtTarget[..targets.Length];
        var shares = sums.Max;
        var weight = sums.Weight;
        Elementwise.Map<double, Formulas<double>.Multiply>(factors, scales, factors, default);
        Elementwise.Map<double, Formulas<double>.Multiply>(atTarget, scales, atTarget, default);
        for (var i = 0; i < targets.Length && terms.Smoothing != 0; i++) shares[i] = spread * scales[i] * (terms.SmoothByTarget ? weight[i] : 1);
        for (var i = 0; i < targets.Length; i += Lanes<T>.Count)
        {
            var factor = Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(factors), i);
            ref var at = ref Unsafe.Add(ref tile, i);
            if (terms.Smoothing == 0)
            {
                for (nint c = 0; c < classes * (nint)pitch; c += pitch) (Lanes<T>.Load(ref at, c) * factor).StoreResult(ref at, c);
                continue;
            }
            var share = Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(shares), i);
            for (var c = 0; c < classes; c++)
            {
                var g = Lanes<T>.Load(ref at, c * (nint)pitch) * factor;
                g = terms.IsEven ? g + share : Lanes<T>.Fma(share, Lanes<T>.All(terms.Weight[c]), g);
                g.StoreResult(ref at, c * (nint)pitch);
            }
        }
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] >= 0) Unsafe.Add(ref tile, targets[i] * (nint)pitch + i) = T.CreateTruncating(atTarget[i]);
            else
                for (var c = 0; c < classes; c++) Unsafe.Add(ref tile, c * (nint)pitch + i) = T.Zero;
        }
    }
}
