using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Softmax focal loss of logits x against class t: loss = w_t q^g L with L = -ln p_t = gap + log1p(others) and the miss q = 1 - p_t, which is
/// others / (1 + others) where t is the largest (see <see cref="RowSums"/>): nothing cancels. Gradient: scale w_t K (p_c - [c = t]) with
/// K = q^g + g p_t q^(g-1) L = q^g (1 + g p_t L / q), and -q at the target; L / q is 1 in the limit q = 0, p_t L is 0 in the limit p_t = 0.
/// The gradient may overwrite the logits. Row: two passes for the value, a third over cached exponentials for the gradient.
/// </summary>
internal static class SoftmaxFocal
{
    /// <summary>One contiguous row. Returns the loss; writes the gradient times <paramref name="scale"/> when it has room.</summary>
    public static double Row<T>(ReadOnlySpan<T> x, int target, double weight, double gamma, double scale, Span<T> gradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (max, position) = RowSums.Max(x);
        var gap = double.CreateTruncating(max) - double.CreateTruncating(x[target]);
        var exponential = double.CreateTruncating((Lanes<T>.All(x[target]) - Lanes<T>.All(max)).Exp().Value[0]); // the same number as in the row
        var row = new Target(double.CreateTruncating(max), gap, exponential, RowSums.Others(x, max, position, gradient), weight, gamma);
        if (gradient.IsEmpty) return row.Loss;
        Elementwise.Map<T, Formulas<T>.Multiply>(gradient, T.CreateTruncating(row.Factor * scale), gradient, default);
        gradient[target] = T.CreateTruncating(scale * row.AtTarget);
        return row.Loss;
    }

    /// <summary>Columns <paramref name="start"/> .. start + targets.Length - 1 of one image [classes, inner]; at most one lane block. A target of -1 is ignored.</summary>
    public static void Columns<T>(ReadOnlySpan<T> x, int classes, int inner, int start, ReadOnlySpan<int> targets, ReadOnlySpan<T> weight, double gamma, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> max = stackalloc T[Lanes<T>.Count];
        Span<double> others = stackalloc double[Lanes<T>.Count];
        Span<T> factors = stackalloc T[Lanes<T>.Count];
        Span<T> atTarget = stackalloc T[Lanes<T>.Count];
        ref var from = ref MemoryMarshal.GetReference(x);
        ColumnSums.Run(ref from, start, classes, inner, targets.Length, max, others);
        for (var lane = 0; lane < targets.Length; lane++)
        {
            var t = targets[lane];
            losses[lane] = 0;
            factors[lane] = atTarget[lane] = T.Zero;
            if (t < 0) continue;
            var gap = double.CreateTruncating(max[lane]) - double.CreateTruncating(x[t * inner + start + lane]);
            var row = new Target(double.CreateTruncating(max[lane]), gap, Scalar.Exp(-gap), others[lane], WeightOf(weight, t), gamma);
            losses[lane] = row.Loss;
            if (gradient.IsEmpty) continue;
            factors[lane] = T.CreateTruncating(row.Factor * scales[lane]);
            atTarget[lane] = T.CreateTruncating(scales[lane] * row.AtTarget);
        }
        if (gradient.IsEmpty) return;
        ref var to = ref MemoryMarshal.GetReference(gradient);
        var m = Lanes<T>.Load(ref MemoryMarshal.GetReference(max), 0);
        var factor = Lanes<T>.Load(ref MemoryMarshal.GetReference(factors), 0);
        for (var c = 0; c < classes; c++)
        {
            var e = (Lanes<T>.LoadPart(ref from, (nint)c * inner + start, targets.Length) - m).Exp();
            (e * factor).StorePart(ref to, (nint)c * inner + start, targets.Length);
        }
        for (var lane = 0; lane < targets.Length; lane++)
        {
            if (targets[lane] >= 0) gradient[targets[lane] * inner + start + lane] = atTarget[lane];
            else for (var c = 0; c < classes; c++) gradient[c * inner + start + lane] = T.Zero;
        }
    }

    /// <summary>The weight of class <paramref name="c"/>; 1 without weights.</summary>
    public static double WeightOf<T>(ReadOnlySpan<T> weight, int c) where T : unmanaged, INumberBase<T> => weight.IsEmpty ? 1 : double.CreateTruncating(weight[c]);

    /// <summary>What follows from a row's sums: the loss, the factor of every exponential, the gradient at the target.</summary>
    private readonly struct Target(double max, double gap, double exponential, double others, double weight, double gamma)
    {
        private readonly double cost = gap + (Scalar.Log1p(others) + Softmax.Invalid(max));
        private readonly double miss = Miss(gap, exponential, others);
        private readonly double power = Scalar.Pow(Miss(gap, exponential, others), gamma);

        private static double Miss(double gap, double exponential, double others) => gap == 0 ? others / (1 + others) : 1 - exponential / (1 + others);

        public double Loss => weight * power * cost;

        /// <summary>w K / sum of all exponentials.</summary>
        public double Factor => weight * Steepness / (1 + others) + Softmax.Invalid(max);

        public double AtTarget => -(weight * Steepness * miss) + Softmax.Invalid(max);

        private double Steepness
        {
            get
            {
                if (power == 0) return 0;
                var hit = miss == 0 ? 1 : exponential == 0 ? 0 : exponential / (1 + others) * cost / miss; // p_t L / q
                return power * (1 + gamma * hit);
            }
        }
    }
}
