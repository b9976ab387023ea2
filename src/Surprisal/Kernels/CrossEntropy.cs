using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Cross-entropy of logits x against class t: loss = sum_c q_c (lse - x_c) + z w_t lse^2, gradient = scale ((Q + 2 z w_t lse) p_c - q_c),
/// with q_c = (1 - s) w_t [c = t] + (s / C) w_c, Q = sum q, lse = m + log1p(others) (see <see cref="RowSums"/>).
/// The gradient may overwrite the logits. Row: two passes over memory for the value, a third over cached exponentials for the gradient.
/// </summary>
internal static class CrossEntropy
{
    /// <summary>One contiguous row. Returns the loss; writes the gradient times <paramref name="scale"/> when it has room.</summary>
    public static double Row<T>(ReadOnlySpan<T> x, int target, in CrossEntropyTerms<T> terms, double scale, Span<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (max, position) = RowSums.Max(x);
        var gap = double.CreateTruncating(max) - double.CreateTruncating(x[target]);
        var spread = Spread(x, 1, max, target, terms);
        var others = RowSums.Others(x, max, position, gradient);
        var row = new Target(double.CreateTruncating(max), gap, others, terms.WeightOf(target), terms.Smoothing, terms.ZLoss, spread);
        if (!gradient.IsEmpty)
        {
            var p = gradient[target];
            Elementwise.Map<T, Formulas<T>.Multiply>(gradient, T.CreateTruncating(row.Factor * scale), gradient, default);
            if (terms.Smoothing > 0) SubtractShare(gradient, terms, target, spread.Share * scale);
            gradient[target] = T.CreateTruncating(scale * row.AtTarget(double.CreateTruncating(p)));
        }
        return row.Loss;
    }

    /// <summary>Columns <paramref name="start"/> .. start + targets.Length - 1 of one image [classes, inner]; at most one lane block. A target of -1 is ignored.</summary>
    public static void Columns<T>(ReadOnlySpan<T> x, int classes, int inner, int start, ReadOnlySpan<int> targets, in CrossEntropyTerms<T> terms, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> max = stackalloc T[Lanes<T>.Count];
        Span<double> others = stackalloc double[Lanes<T>.Count];
        Span<T> factors = stackalloc T[Lanes<T>.Count];
        Span<T> atTarget = stackalloc T[Lanes<T>.Count];
        Span<T> shares = stackalloc T[Lanes<T>.Count];
        ref var from = ref MemoryMarshal.GetReference(x);
        ColumnSums.Run(ref from, start, classes, inner, targets.Length, max, others);
        for (var lane = 0; lane < targets.Length; lane++)
        {
            var t = targets[lane];
            losses[lane] = 0;
            factors[lane] = atTarget[lane] = shares[lane] = T.Zero;
            if (t < 0) continue;
            var gap = double.CreateTruncating(max[lane]) - double.CreateTruncating(x[t * inner + start + lane]);
            var spread = Spread(x[(start + lane)..], inner, max[lane], t, terms);
            var row = new Target(double.CreateTruncating(max[lane]), gap, others[lane], terms.WeightOf(t), terms.Smoothing, terms.ZLoss, spread);
            losses[lane] = row.Loss;
            factors[lane] = T.CreateTruncating(row.Factor * scales[lane]);
            atTarget[lane] = T.CreateTruncating(scales[lane] * row.AtTarget(Scalar.Exp(-gap)));
            shares[lane] = T.CreateTruncating(spread.Share * scales[lane] * (terms.SmoothByTarget ? terms.WeightOf(t) : 1));
        }
        if (gradient.IsEmpty) return;
        ref var to = ref MemoryMarshal.GetReference(gradient);
        var m = Lanes<T>.Load(ref MemoryMarshal.GetReference(max), 0);
        var factor = Lanes<T>.Load(ref MemoryMarshal.GetReference(factors), 0);
        var share = Lanes<T>.Load(ref MemoryMarshal.GetReference(shares), 0);
        for (var c = 0; c < classes; c++)
        {
            var e = (Lanes<T>.LoadPart(ref from, (nint)c * inner + start, targets.Length) - m).Exp();
            e *= factor;
            if (terms.Smoothing > 0) e -= terms.SmoothByTarget || terms.Weight.IsEmpty ? share : share * Lanes<T>.All(terms.Weight[c]);
            e.StorePart(ref to, (nint)c * inner + start, targets.Length);
        }
        for (var lane = 0; lane < targets.Length; lane++)
        {
            if (targets[lane] >= 0) gradient[targets[lane] * inner + start + lane] = atTarget[lane];
            else for (var c = 0; c < classes; c++) gradient[c * inner + start + lane] = T.Zero;
        }
    }

    /// <summary>Of the smoothed part: s / C, the sum of its weights u, sum of u_c (m - x_c), and the target's u. Zeros without smoothing.</summary>
    private readonly record struct Smoothed(double Share, double Total, double Sum, double OfTarget);

    private static Smoothed Spread<T>(ReadOnlySpan<T> x, int stride, T max, int target, in CrossEntropyTerms<T> terms)
        where T : unmanaged, INumberBase<T>
    {
        if (terms.Smoothing == 0) return new(0, 0, 0, terms.WeightOf(target));
        var (count, total, sum) = (0, 0.0, 0.0);
        var ofTarget = terms.WeightOf(target);
        for (var i = 0; i < x.Length; i += stride, count++)
        {
            var w = terms.SmoothByTarget ? ofTarget : terms.WeightOf(count);
            total += w;
            sum += w * (double.CreateTruncating(max) - double.CreateTruncating(x[i]));
        }
        return new(terms.Smoothing / count, total, sum, ofTarget);
    }

    private static void SubtractShare<T>(Span<T> gradient, in CrossEntropyTerms<T> terms, int target, double share) where T : unmanaged, INumberBase<T>
    {
        for (var c = 0; c < gradient.Length; c++) gradient[c] -= T.CreateTruncating(share * terms.WeightOf(terms.SmoothByTarget ? target : c));
    }

    /// <summary>The numbers of one row that follow from its sums: the loss, the factor of every exponential, the gradient at the target.</summary>
    private readonly struct Target(double max, double gap, double others, double weight, double smoothing, double z, Smoothed spread)
    {
        private readonly double logSum = Scalar.Log1p(others) + Softmax.Invalid(max);
        private readonly double hard = (1 - smoothing) * weight;
        private readonly double pull = z == 0 ? 0 : 2 * z * weight * (max + Scalar.Log1p(others)); // how strongly lse^2 draws every logit down

        public double Loss => hard * (gap + logSum) + (smoothing > 0 ? spread.Share * (spread.Sum + spread.Total * logSum) : 0) + pull * (max + logSum) / 2;

        /// <summary>(Q + pull) / sum of all exponentials: turns exp(x_c - m) into its part of the gradient.</summary>
        public double Factor => (hard + spread.Share * spread.Total + pull) / (1 + others) + Softmax.Invalid(max);

        /// <summary>(Q + pull) p_t - q_t; where the target is the largest, p_t - 1 is -others / (1 + others), exact when p_t is near 1.</summary>
        public double AtTarget(double exponential) =>
            hard * (gap == 0 ? -others / (1 + others) : exponential / (1 + others) - 1) + (spread.Share * spread.Total + pull) * exponential / (1 + others)
            - spread.Share * spread.OfTarget + Softmax.Invalid(max);
    }
}
