using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Losses over class indices, row by row: their sums (see <see cref="RowSums"/>), the formula for eight rows at once, the gradient as factor e - share w.
/// The gradient may overwrite the logits. Two passes over memory for the value, a third over cached exponentials for the gradient.
/// </summary>
internal static class ClassRows
{
    /// <summary>Rows whose exponentials stay in a core's cache until they are scaled.</summary>
    private const int CachedNumbers = 65_536;

    /// <summary>Contiguous rows, one for each target; -1 leaves a row out. Writes the losses, of rows left out anything, and the gradients times <paramref name="scales"/> when there is room.</summary>
    public static void Run<T, TFormula>(ReadOnlySpan<T> x, int classes, ReadOnlySpan<int> targets, in ClassTerms<T> terms, TFormula formula, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IClassFormula
    {
        if (classes <= ColumnTile<T>.FewClasses)
        {
            ClassColumns.Run(x, classes, 1, targets, terms, formula, scales, gradient, losses);
            return;
        }
        var room = (Span<double>)stackalloc double[5 * 8];
        var sums = new ClassSums(room);
        var group = Math.Clamp(CachedNumbers / classes, 1, 8);
        for (var start = 0; start < targets.Length; start += group)
        {
            var count = Math.Min(group, targets.Length - start);
            room.Clear();
            for (var i = 0; i < count; i++)
            {
                var t = targets[start + i];
                var row = x.Slice((start + i) * classes, classes);
                var to = gradient.IsEmpty ? default : gradient.Slice((start + i) * classes, classes);
                if (t < 0)
                {
                    to.Clear();
                    continue;
                }
                var max = RowMax<T>.Of(row);
                Prefetch.Row(x, (start + i + 1) * classes, classes);
                if (!gradient.IsEmpty) Prefetch.Row(gradient, (start + i + 1) * classes, classes);
                sums.Max[i] = double.CreateTruncating(max.Value);
                sums.AtTarget[i] = double.CreateTruncating(row[t]);
                sums.Weight[i] = terms.WeightOf(t);
                (sums.Others[i], sums.Spread[i]) = terms.Smoothing == 0 ? RowSums.Others(row, max, to, default(Shares<T>.None))
                    : terms.IsEven ? RowSums.Others(row, max, to, default(Shares<T>.Even))
                    : RowSums.Others(row, max, to, new Shares<T>.Weighted(terms.Weight));
            }
            formula.Finish(sums, 0, classes, terms);
            for (var i = 0; i < count; i++)
            {
                var t = targets[start + i];
                losses[start + i] = sums.Others[i];
                if (t < 0 || gradient.IsEmpty) continue;
                var to = gradient.Slice((start + i) * classes, classes);
                var scale = scales[start + i];
                Scale(to, T.CreateTruncating(sums.Spread[i] * scale), T.CreateTruncating(terms.Smoothing / classes * scale * (terms.SmoothByTarget ? sums.Weight[i] : 1)), terms);
                to[t] = T.CreateTruncating(scale * sums.AtTarget[i]);
            }
        }
    }

    /// <summary>gradient = factor e - share w, over the exponentials.</summary>
    private static void Scale<T>(Span<T> e, T factor, T share, in ClassTerms<T> terms) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (terms.Smoothing == 0) Elementwise.Map<T, Formulas<T>.Multiply>(e, factor, e, default);
        else if (terms.IsEven) Elementwise.Map(e, e, new Line<T>(factor, -share));
        else Elementwise.Map(e, terms.Weight, e, new Plane<T>(factor, -share));
    }

    private readonly struct Line<T>(T factor, T offset) : IUnary<T> where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => Lanes<T>.Fma(x, Lanes<T>.All(factor), Lanes<T>.All(offset));
    }

    private readonly struct Plane<T>(T factor, T share) : IBinary<T> where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> w) => Lanes<T>.Fma(x, Lanes<T>.All(factor), Lanes<T>.All(share) * w);
    }
}
