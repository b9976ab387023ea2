namespace Surprisal.Kernels;

/// <summary>
/// Smoothed cross-entropy where the classes' weights do not add up to a finite number: sums over classes would meet 0 times infinity, so
/// every class has its own term, q_c (lse - x_c) with q_c = (1 - s) w [c = t] + (s / C) w_c, as PyTorch's sums have them. Gradient (Q + 2 z
/// w lse) p_c - q_c, see <see cref="ClassGradient"/>. One class at a time, in double; the gradient may overwrite the logits.
/// </summary>
internal static class UnboundedWeights
{
    /// <summary>Writes the losses of a block, and its gradients where they are wanted.</summary>
    public static void Run<T>(in ClassBlock<T> block) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < block.Targets.Length; i++)
        {
            var at = i * block.PositionStride;
            var gradient = block.Gradient.IsEmpty ? default : block.Gradient[at..];
            block.Losses[i] = 0;
            if (!ClassTargets.IsIgnored(block.Targets[i]))
                block.Losses[i] = Position(block, block.Logits[at..], block.Targets[i], block.Scales[i], gradient);
            else
                for (var c = 0; c < block.Classes && !gradient.IsEmpty; c++) gradient[c * block.ClassStride] = T.Zero;
        }
    }

    private static double Position<T>(in ClassBlock<T> block, ReadOnlySpan<T> x, int target, double scale, Span<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (classes, stride) = (block.Classes, block.ClassStride);
        var parameters = block.Parameters;
        var (largest, expSum) = (0, 0.0);
        for (var c = 1; c < classes; c++)
            if (!(x[c * stride] <= x[largest * stride])) largest = c; // NaN too
        var max = double.CreateTruncating(x[largest * stride]);
        for (var c = 0; c < classes; c++)
            if (c != largest) expSum += Scalar.Exp(double.CreateTruncating(x[c * stride]) - max);
        var logSum = Scalar.Log1p(expSum) + (max - max);
        var (lse, hard, spread, weight) =
            (max + logSum, 1 - parameters.LabelSmoothing, parameters.LabelSmoothing / classes, parameters.WeightOf(target));
        var (smoothingSum, total) = (0.0, hard * weight);
        for (var c = 0; c < classes; c++)
        {
            smoothingSum += parameters.WeightOf(c) * (max - double.CreateTruncating(x[c * stride]) + logSum);
            total += spread * parameters.WeightOf(c);
        }
        var loss = hard * (weight * (max - double.CreateTruncating(x[target * stride]) + logSum)) + spread * smoothingSum;
        if (parameters.ZLoss > 0)
        {
            loss += parameters.ZLoss * weight * lse * lse;
            total += 2 * parameters.ZLoss * weight * lse;
        }
        for (var c = 0; c < classes && !gradient.IsEmpty; c++)
        {
            var q = spread * parameters.WeightOf(c) + (c == target ? hard * weight : 0);
            var p = Scalar.Exp(double.CreateTruncating(x[c * stride]) - max) / (1 + expSum) + (max - max);
            gradient[c * stride] = T.CreateTruncating(scale * (total * p - q));
        }
        return loss;
    }
}
