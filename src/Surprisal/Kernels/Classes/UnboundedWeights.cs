namespace Surprisal.Kernels;

/// <summary>
/// Smoothed cross-entropy where the classes' weights do not add up to a finite number: sums over classes would meet 0 times infinity, so every class has its
/// own term, q_c (lse - x_c) with q_c = (1 - s) w [c = t] + (s / C) w_c, as PyTorch's sums have them. Gradient (Q + pull) p_c - q_c, see <see cref="CrossEntropy"/>.
/// One class at a time, in double; the gradient may overwrite the logits.
/// </summary>
internal static class UnboundedWeights
{
    /// <summary>One position for each target, -1 to leave it out; class c of position i is at c * <paramref name="classStride"/> + i * <paramref name="positionStride"/>.</summary>
    public static void Run<T>(
        ReadOnlySpan<T> x, int classes, int classStride, int positionStride, ReadOnlySpan<int> targets, in ClassTerms<T> terms, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < targets.Length; i++)
        {
            var at = i * positionStride;
            var to = gradient.IsEmpty ? default : gradient[at..];
            losses[i] = 0;
            if (targets[i] >= 0) losses[i] = Position(x[at..], classes, classStride, targets[i], terms, scales[i], to);
            else
                for (var c = 0; c < classes && !to.IsEmpty; c++) to[c * classStride] = T.Zero;
        }
    }

    private static double Position<T>(ReadOnlySpan<T> x, int classes, int stride, int target, in ClassTerms<T> terms, double scale, Span<T> gradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (largest, others) = (0, 0.0);
        for (var c = 1; c < classes; c++)
            if (!(x[c * stride] <= x[largest * stride])) largest = c; // NaN too
        var max = double.CreateTruncating(x[largest * stride]);
        for (var c = 0; c < classes; c++)
            if (c != largest) others += Scalar.Exp(double.CreateTruncating(x[c * stride]) - max);
        var logSum = Scalar.Log1p(others) + (max - max);
        var (lse, hard, share, weight) = (max + logSum, 1 - terms.Smoothing, terms.Smoothing / classes, terms.WeightOf(target));
        var (spread, total) = (0.0, hard * weight);
        for (var c = 0; c < classes; c++)
        {
            spread += terms.WeightOf(c) * (max - double.CreateTruncating(x[c * stride]) + logSum);
            total += share * terms.WeightOf(c);
        }
        var loss = hard * (weight * (max - double.CreateTruncating(x[target * stride]) + logSum)) + share * spread;
        if (terms.ZLoss > 0)
        {
            loss += terms.ZLoss * weight * lse * lse;
            total += 2 * terms.ZLoss * weight * lse;
        }
        for (var c = 0; c < classes && !gradient.IsEmpty; c++)
        {
            var q = share * terms.WeightOf(c) + (c == target ? hard * weight : 0);
            var p = Scalar.Exp(double.CreateTruncating(x[c * stride]) - max) / (1 + others) + (max - max);
            gradient[c * stride] = T.CreateTruncating(scale * (total * p - q));
        }
        return loss;
    }
}
