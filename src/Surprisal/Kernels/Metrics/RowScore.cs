namespace Surprisal.Kernels;

/// <summary>What the scores of one row come down to, beside its loss.</summary>
internal struct RowScore
{
    /// <summary>The probability of the predicted class, and its odds, which do not saturate near 1.</summary>
    public double Confidence, Odds;

    /// <summary>The sum over all classes of the squared difference between probability and target.</summary>
    public double Brier;

    /// <summary>The target's score as it was given, and the largest; the latter of long rows only.</summary>
    public double TargetScore, Max;

    /// <summary>
    /// The first class with the largest score; how many classes stand before the target, of equal scores those of lower index.
    /// </summary>
    public int Predicted, Rank;

    /// <summary>Whether the row has no probabilities: NaN, and of logits a +infinity or nothing but -infinity.</summary>
    public bool IsInvalid;

    /// <summary>Whether probabilities that were given do not add up to 1.</summary>
    public bool IsNotNormalised;
}
