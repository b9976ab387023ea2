using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Cross-entropy of logits x against class t: loss = sum_c q_c (lse - x_c), gradient = scale (Q p_c - q_c),
/// with q_c = (1 - s) w_t [c = t] + (s / C) w_c, Q = sum q, lse = m + log1p(others) (see <see cref="RowSums"/>).
/// The gradient may overwrite the logits. Row: two passes over memory for the value, a third over cached exponentials for the gradient.
/// </summary>
internal static class CrossEntropy
{
    /// <summary>One contiguous row. Returns the loss; writes the gradient times <paramref name="scale"/> when it has room.</summary>
    public static double Row<T>(ReadOnlySpan<T> x, int target, ReadOnlySpan<T> weight, double smoothing, double scale, Span<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (max, position) = RowSums.Max(x);
        var gap = double.CreateTruncating(max) - double.CreateTruncating(x[target]);
        var (share, total, spread) = Smooth(x, 1, max, weight, smoothing);
        var others = RowSums.Others(x, max, position, gradient);
        var term = new Target(gap, others, Weight(weight, target), smoothing, share, total, spread, Softmax.Invalid(max));
        if (!gradient.IsEmpty)
        {
            var p = gradient[target];
            Elementwise.Map<T, Formulas<T>.Multiply>(gradient, T.CreateTruncating(term.Factor * scale), gradient, default);
            if (smoothing > 0) SubtractShare(gradient, weight, share * scale);
            gradient[target] = T.CreateTruncating(scale * term.AtTarget(double.CreateTruncating(p), share * Weight(weight, target)));
        }
        return term.Loss;
    }

    /// <summary>Columns <paramref name="start"/> .. start + targets.Length - 1 of one image [classes, inner]; at most one lane block. A target of -1 is ignored.</summary>
    public static void Columns<T>(ReadOnlySpan<T> x, int classes, int inner, int start, ReadOnlySpan<int> targets, ReadOnlySpan<T> weight, double smoothing, double scale, Span<T> gradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> max = stackalloc T[Lanes<T>.Count];
        Span<double> others = stackalloc double[Lanes<T>.Count];
        Span<T> factors = stackalloc T[Lanes<T>.Count];
        Span<T> atTarget = stackalloc T[Lanes<T>.Count];
        ref var from = ref MemoryMarshal.GetReference(x);
        ColumnSums.Run(ref from, start, classes, inner, targets.Length, max, others);
        double share = 0;
        for (var lane = 0; lane < targets.Length; lane++)
        {
            var t = targets[lane];
            losses[lane] = 0;
            factors[lane] = atTarget[lane] = T.Zero;
            if (t < 0) continue;
            var logit = x[t * inner + start + lane];
            var gap = double.CreateTruncating(max[lane]) - double.CreateTruncating(logit);
            (share, var total, var spread) = Smooth(x[(start + lane)..], inner, max[lane], weight, smoothing);
            var term = new Target(gap, others[lane], Weight(weight, t), smoothing, share, total, spread, Softmax.Invalid(max[lane]));
            losses[lane] = term.Loss;
            factors[lane] = T.CreateTruncating(term.Factor * scale);
            atTarget[lane] = T.CreateTruncating(scale * term.AtTarget(Scalar.Exp(-gap), share * Weight(weight, t)));
        }
        if (gradient.IsEmpty) return;
        ref var to = ref MemoryMarshal.GetReference(gradient);
        var m = Lanes<T>.Load(ref MemoryMarshal.GetReference(max), 0);
        var factor = Lanes<T>.Load(ref MemoryMarshal.GetReference(factors), 0);
        for (var c = 0; c < classes; c++)
        {
            var e = (Lanes<T>.LoadPart(ref from, (nint)c * inner + start, targets.Length) - m).Exp();
            e *= factor;
            if (smoothing > 0) e -= Lanes<T>.All(T.CreateTruncating(share * scale * Weight(weight, c)));
            e.StorePart(ref to, (nint)c * inner + start, targets.Length);
        }
        for (var lane = 0; lane < targets.Length; lane++)
        {
            if (targets[lane] >= 0) gradient[targets[lane] * inner + start + lane] = atTarget[lane];
            else for (var c = 0; c < classes; c++) gradient[c * inner + start + lane] = T.Zero;
        }
    }

    private static double Weight<T>(ReadOnlySpan<T> weight, int c) where T : unmanaged, INumberBase<T> => weight.IsEmpty ? 1 : double.CreateTruncating(weight[c]);

    /// <summary>Of the smoothed part: s / C, sum of w, and sum of w_c (m - x_c). Zeros without smoothing.</summary>
    private static (double Share, double Total, double Spread) Smooth<T>(ReadOnlySpan<T> x, int stride, T max, ReadOnlySpan<T> weight, double smoothing)
        where T : unmanaged, INumberBase<T>
    {
        if (smoothing == 0) return default;
        var (count, total, spread) = (0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i += stride, count++)
        {
            var w = Weight(weight, count);
            total += w;
            spread += w * (double.CreateTruncating(max) - double.CreateTruncating(x[i]));
        }
        return (smoothing / count, total, spread);
    }

    private static void SubtractShare<T>(Span<T> gradient, ReadOnlySpan<T> weight, double share) where T : unmanaged, INumberBase<T>
    {
        for (var c = 0; c < gradient.Length; c++) gradient[c] -= T.CreateTruncating(share * Weight(weight, c));
    }

    /// <summary>The numbers of one row that follow from its sums: the loss, the factor of every exponential, the gradient at the target.</summary>
    private readonly struct Target(double gap, double others, double weight, double smoothing, double share, double total, double spread, double invalid)
    {
        private readonly double logSum = Scalar.Log1p(others) + invalid;
        private readonly double hard = (1 - smoothing) * weight;

        public double Loss => hard * (gap + logSum) + (smoothing > 0 ? share * (spread + total * logSum) : 0);

        /// <summary>Q / sum of all exponentials: turns exp(x_c - m) into Q p_c.</summary>
        public double Factor => (hard + share * total) / (1 + others) + invalid;

        /// <summary>Q p_t - q_t; where the target is the largest, p_t - 1 is -others / (1 + others), exact when p_t is near 1.</summary>
        public double AtTarget(double exponential, double shareOfTarget) =>
            hard * (gap == 0 ? -others / (1 + others) : exponential / (1 + others) - 1) + share * total * exponential / (1 + others) - shareOfTarget + invalid;
    }
}
