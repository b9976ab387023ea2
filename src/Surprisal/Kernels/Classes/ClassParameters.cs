namespace Surprisal.Kernels;

/// <summary>The classes' weights, and what turns a target into a distribution q over the classes; made once for an evaluation.</summary>
internal readonly ref struct ClassParameters<T> where T : unmanaged, INumberBase<T>
{
    /// <param name="weight">Empty, or one weight a class.</param>
    /// <param name="classes">The number of classes.</param>
    public ClassParameters(ReadOnlySpan<T> weight, int classes)
    {
        Weight = weight;
        TotalWeight = weight.IsEmpty ? classes : Reductions.Sum(weight);
    }

    public ReadOnlySpan<T> Weight { get; }

    /// <summary>The sum of the weights of all classes.</summary>
    public double TotalWeight { get; }

    /// <summary>s: how much of the target is spread over all classes.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Whether what is spread has the weight of the target's class, instead of each class its own.</summary>
    public bool SmoothByTarget { get; init; }

    /// <summary>z: the factor of lse^2, times the weight of the target.</summary>
    public double ZLoss { get; init; }

    /// <summary>Whether a probability of 0 contributes 0 also where its logit is -infinity.</summary>
    public bool ZeroTimesInfinity { get; init; }

    /// <summary>How the smoothing term of a class is weighted.</summary>
    public SmoothingKind Smoothing =>
        LabelSmoothing == 0 ? SmoothingKind.None : Weight.IsEmpty || SmoothByTarget ? SmoothingKind.Uniform : SmoothingKind.PerClass;

    /// <summary>Whether smoothing meets weights that do not add up to a finite number.</summary>
    public bool HasUnboundedWeights => Smoothing == SmoothingKind.PerClass && !double.IsFinite(TotalWeight);

    public double WeightOf(int c) => Weight.IsEmpty ? 1 : double.CreateTruncating(Weight[c]);
}

/// <summary>Label smoothing: not at all, with one weight for every class, or with each class's own.</summary>
internal enum SmoothingKind
{
    None,
    Uniform,
    PerClass,
}
