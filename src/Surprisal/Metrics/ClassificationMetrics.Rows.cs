namespace Surprisal.Metrics;

public sealed partial class ClassificationMetrics
{
    /// <summary>
    /// A sum of hashes of each row's number, target and weight, ignored rows among them: two models that were given the same data have the
    /// same one.
    /// </summary>
    public ulong TargetDigest => State.TargetDigest;

    /// <summary>Counts a batch as <see cref="Add{TScore, TTarget}(ReadOnlySpan{TScore}, ReadOnlySpan{TTarget}, ReadOnlySpan{float}, int)"/>
    /// does, and writes what became of each row.</summary>
    /// <param name="scores">[N, C], or with positions [N, C, positions].</param>
    /// <param name="targets">[N] or [N, positions]: classes from 0, or the ignored index.</param>
    /// <param name="sampleWeights">How often each row counts; empty: all 1.</param>
    /// <param name="positions">How many rows a sample has; 1 without positions.</param>
    /// <param name="losses">As long as the targets; receives the loss of each row in nats, with the weight of its class and without that of
    /// the sample: that of logits in float is a float. NaN where a row does not count.</param>
    /// <param name="outcomes">As long as the targets; receives whether each row is right, or why it does not count.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit; an invalid row where <see cref="MetricOptions.Strict"/>. Nothing is
    /// counted or written then.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class, a weight that is none, or a probability outside [0, 1 + 4
    /// eps]. Nothing is counted or written then.</exception>
    public void Add<TScore, TTarget>(
        ReadOnlySpan<TScore> scores, ReadOnlySpan<TTarget> targets, ReadOnlySpan<float> sampleWeights, int positions, Span<double> losses,
        Span<RowOutcome> outcomes)
        where TScore : unmanaged, IFloatingPointIeee754<TScore>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        if (losses.Length != targets.Length || outcomes.Length != targets.Length)
            throw new ArgumentException($"losses has {losses.Length} elements and outcomes {outcomes.Length}, but there are " +
                $"{targets.Length} targets; each row has one of both.", nameof(losses));
        AddRows(scores, targets, sampleWeights, positions, losses, outcomes);
    }
}
