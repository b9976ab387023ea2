namespace Surprisal.Training;

/// <summary>What was counted of a batch: of each part the sum of losses, the divisor, the samples and those predicted rightly.</summary>
/// <param name="Parts">Four numbers; null for a part without rows.</param>
internal sealed record PartCounts(IReadOnlyList<double[]?> Parts)
{
    private readonly double[] whole = PartTree.Fold(Parts, PartTurns.Sums) ?? new double[4];

    public double Sum => whole[0];

    public double Divisor => whole[1];

    public long Samples => (long)whole[2];

    public long Correct => (long)whole[3];

    /// <summary>The first part whose loss is not finite; -1 where all are.</summary>
    public int FirstNonFinite => Parts.ToList().FindIndex(static part => part is not null && !double.IsFinite(part[0]));
}
