using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Cross-entropy of logits x against class t: loss = sum_c q_c (lse - x_c) + z w_t lse^2, gradient = scale ((Q + 2 z w_t lse) p_c - q_c),
/// with q_c = (1 - s) w_t [c = t] + (s / C) w_c, Q = sum q, lse = m + log1p(others) (see <see cref="RowSums"/>, <see cref="CrossEntropyFinish"/>).
/// The gradient may overwrite the logits. Two passes over memory for the value, a third over cached exponentials for the gradient.
/// </summary>
internal static class CrossEntropy
{
    /// <summary>Rows whose exponentials stay in a core's cache until they are scaled.</summary>
    private const int CachedNumbers = 65_536;

    /// <summary>Contiguous rows of any length, one for each target; -1 leaves a row out. Writes the losses, and the gradients times <paramref name="scales"/> when there is room.</summary>
    public static void Rows<T>(ReadOnlySpan<T> x, int classes, ReadOnlySpan<int> targets, in CrossEntropyTerms<T> terms, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var room = (Span<double>)stackalloc double[5 * 8];
        var finish = new CrossEntropyFinish { Max = room[..8], Gap = room[8..16], Others = room[16..24], Weight = room[24..32], Spread = room[32..] };
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
                var max = RowSums.Max(row, out var isNear);
                finish.Max[i] = double.CreateTruncating(max);
                finish.Gap[i] = finish.Max[i] - double.CreateTruncating(row[t]);
                finish.Weight[i] = terms.WeightOf(t);
                (finish.Others[i], finish.Spread[i]) = terms.Smoothing == 0 ? RowSums.Others(row, max, isNear, to, default(Shares<T>.None))
                    : terms.IsEven ? RowSums.Others(row, max, isNear, to, default(Shares<T>.Even))
                    : RowSums.Others(row, max, isNear, to, new Shares<T>.Weighted(terms.Weight));
            }
            finish.Run(0, classes, terms);
            for (var i = 0; i < count; i++)
            {
                var t = targets[start + i];
                losses[start + i] = t < 0 ? 0 : finish.Others[i];
                if (t < 0 || gradient.IsEmpty) continue;
                var to = gradient.Slice((start + i) * classes, classes);
                var scale = scales[start + i];
                Scale(to, T.CreateTruncating(finish.Spread[i] * scale), T.CreateTruncating(terms.Smoothing / classes * scale * (terms.SmoothByTarget ? finish.Weight[i] : 1)), terms);
                to[t] = T.CreateTruncating(scale * finish.Gap[i]);
            }
        }
    }

    /// <summary>gradient = factor e - share w, over the exponentials.</summary>
    private static void Scale<T>(Span<T> e, T factor, T share, in CrossEntropyTerms<T> terms) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (terms.Smoothing == 0) Elementwise.Map<T, Formulas<T>.Multiply>(e, factor, e, default);
        else if (terms.IsEven) Elementwise.Map(e, e, new Line<T>(Lanes<T>.All(factor), Lanes<T>.All(-share)));
        else Elementwise.Map(e, terms.Weight, e, new Plane<T>(Lanes<T>.All(factor), Lanes<T>.All(-share)));
    }

    private readonly struct Line<T>(Lanes<T> factor, Lanes<T> offset) : IUnary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x) => Lanes<T>.Fma(x, factor, offset);
    }

    private readonly struct Plane<T>(Lanes<T> factor, Lanes<T> share) : IBinary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> w) => Lanes<T>.Fma(x, factor, share * w);
    }
}
