namespace Surprisal.Kernels;

/// <summary>
/// The mean over a row's classes of w s times the binary cross-entropy of its logits x: s (1/C) sum_c w_c BCE(x_c, y_c). The formula, its
/// stability and its limits are <see cref="BceWithLogits{T}"/>'s; one pass over the row. A row of no classes is 0 / 0, unless s leaves it out.
/// </summary>
internal static class MultiLabelSoftMargin
{
    /// <summary>Returns the row's loss; the gradients, times <paramref name="scale"/>, may overwrite the logits.</summary>
    public static double Row<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> w, ReadOnlySpan<T> s, double scale, Span<T> gradient, Span<T> targetGradient)
        where T : unmanaged, INumberBase<T>
    {
        if (!s.IsEmpty && T.IsZero(s[0]) && x.IsEmpty) return 0;
        var elements = new PointwiseOperands<T>(x, y) { W = w, S = s, Scale = T.CreateTruncating(scale / x.Length), Gradient = gradient, TargetGradient = targetGradient };
        return Pointwise.Run(default(BceWithLogits<T>), elements) / x.Length;
    }
}
