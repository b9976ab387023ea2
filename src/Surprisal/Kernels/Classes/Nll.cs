namespace Surprisal.Kernels;

/// <summary>
/// Negative log-likelihood of log-probabilities x and class t: loss = -w_t x_t, gradient = -scale w_t at the target and 0 elsewhere.
/// Reads one number a position; the gradient, written once, may overwrite the log-probabilities.
/// </summary>
internal static class Nll
{
    /// <summary>One position for each target, -1 to leave it out; class c of position i is at c * <paramref name="classStride"/> + i * <paramref name="positionStride"/>.</summary>
    public static void Run<T>(ReadOnlySpan<T> x, int classStride, int positionStride, ReadOnlySpan<int> targets, in ClassTerms<T> terms, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
        where T : unmanaged, INumberBase<T>
    {
        for (var i = 0; i < targets.Length; i++)
            losses[i] = targets[i] < 0 ? 0 : -terms.WeightOf(targets[i]) * double.CreateTruncating(x[targets[i] * classStride + i * positionStride]);
        if (gradient.IsEmpty) return;
        if (classStride == 1) gradient.Clear();
        else for (var from = 0; from < gradient.Length; from += classStride) gradient.Slice(from, targets.Length).Clear();
        for (var i = 0; i < targets.Length; i++)
            if (targets[i] >= 0)
                gradient[targets[i] * classStride + i * positionStride] = T.CreateTruncating(-scales[i] * terms.WeightOf(targets[i]));
    }
}
