namespace Surprisal.Kernels;

/// <summary>
/// Negative log-likelihood of log-probabilities x [rows, classes] or [classes, stride] and class t: loss = -w_t x_t, gradient = -scale w_t
/// at the target and 0 elsewhere. Reads one number a position; the gradient, written once, may overwrite the log-probabilities.
/// </summary>
internal static class Nll
{
    /// <summary>Writes the losses of a block, and its gradients where they are wanted.</summary>
    public static void Run<T>(in ClassBlock<T> block) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var targets = block.Targets;
        var parameters = block.Parameters;
        var gradient = block.Gradient;
        for (var i = 0; i < targets.Length; i++)
            block.Losses[i] = ClassTargets.IsIgnored(targets[i])
                ? 0
                : -parameters.WeightOf(targets[i])
                    * double.CreateTruncating(block.Logits[targets[i] * block.ClassStride + i * block.PositionStride]);
        if (gradient.IsEmpty) return;
        if (block.ClassStride == 1) gradient.Clear();
        else
            for (var from = 0; from < gradient.Length; from += block.ClassStride) gradient.Slice(from, targets.Length).Clear();
        for (var i = 0; i < targets.Length; i++)
            if (!ClassTargets.IsIgnored(targets[i]))
                gradient[targets[i] * block.ClassStride
                    + i * block.PositionStride] = T.CreateTruncating(-block.Scales[i] * parameters.WeightOf(targets[i]));
    }
}
