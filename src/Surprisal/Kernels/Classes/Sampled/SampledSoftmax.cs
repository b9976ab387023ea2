namespace Surprisal.Kernels;

/// <summary>
/// Corrections [N, 1 + S] of sampled softmax: what is added to the logits of a row's target and of the S candidates, -ln of how often each
/// is expected in a sample; -infinity where a candidate is the row's target.
/// </summary>
internal static class SampledSoftmax
{
    /// <summary>Writes each row in one pass.</summary>
    /// <param name="targets">The class of each row.</param>
    /// <param name="logExpectedOfTargets">One for each row; none for targets that are not corrected.</param>
    /// <param name="candidates">Rising classes.</param>
    /// <param name="logExpected">One for each candidate.</param>
    /// <param name="corrections">Receives them.</param>
    public static void Corrections<T>(
        ReadOnlySpan<int> targets,
        ReadOnlySpan<double> logExpectedOfTargets,
        ReadOnlySpan<int> candidates,
        ReadOnlySpan<double> logExpected,
        Span<T> corrections)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var width = 1 + candidates.Length;
        for (var row = 0; row < targets.Length; row++)
        {
            var to = corrections.Slice(row * width, width);
            to[0] = logExpectedOfTargets.IsEmpty ? T.Zero : T.CreateTruncating(-logExpectedOfTargets[row]);
            if (row > 0) corrections.Slice((row - 1) * width + 1, candidates.Length).CopyTo(to[1..]);
            else
                for (var i = 0; i < candidates.Length; i++) to[i + 1] = T.CreateTruncating(-logExpected[i]);
            if (row > 0 && candidates.BinarySearch(targets[row - 1]) is >= 0 and var before)
                to[before + 1] = T.CreateTruncating(-logExpected[before]);
            if (candidates.BinarySearch(targets[row]) is >= 0 and var hit) to[hit + 1] = T.NegativeInfinity;
        }
    }
}
