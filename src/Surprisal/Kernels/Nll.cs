namespace Surprisal.Kernels;

/// <summary>
/// Negative log-likelihood of log-probabilities x [classes, inner] and class t: loss = -w_t x_t, gradient = -scale w_t at the target and
/// 0 elsewhere. Reads one number a position; the gradient, written once, may overwrite the log-probabilities.
/// </summary>
internal static class Nll
{
    /// <summary>Positions <paramref name="start"/> .. start + targets.Length - 1 of one sample. A target of -1 is ignored.</summary>
    public static void Columns<T>(ReadOnlySpan<T> x, int inner, int start, ReadOnlySpan<int> targets, ReadOnlySpan<T> weight, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
        where T : unmanaged, INumberBase<T>
    {
        for (var i = 0; i < targets.Length; i++)
            losses[i] = targets[i] < 0 ? 0 : -Weight(weight, targets[i]) * double.CreateTruncating(x[targets[i] * inner + start + i]);
        if (gradient.IsEmpty) return;
        for (var from = start; from < gradient.Length; from += inner) gradient.Slice(from, targets.Length).Clear();
        for (var i = 0; i < targets.Length; i++)
            if (targets[i] >= 0)
                gradient[targets[i] * inner + start + i] = T.CreateTruncating(-scales[i] * Weight(weight, targets[i]));
    }

    private static double Weight<T>(ReadOnlySpan<T> weight, int c) where T : unmanaged, INumberBase<T> => weight.IsEmpty ? 1 : double.CreateTruncating(weight[c]);
}
