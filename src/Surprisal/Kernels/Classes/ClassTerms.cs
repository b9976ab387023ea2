namespace Surprisal.Kernels;

/// <summary>The classes' weights, and what turns a target into a distribution q over the classes; made once for an evaluation.</summary>
internal readonly ref struct ClassTerms<T> where T : unmanaged, INumberBase<T>
{
    /// <param name="weight">Empty, or one weight a class.</param>
    /// <param name="classes">The number of classes.</param>
    public ClassTerms(ReadOnlySpan<T> weight, int classes)
    {
        Weight = weight;
        TotalWeight = weight.IsEmpty ? classes : Reductions.Sum(weight);
    }

    public ReadOnlySpan<T> Weight { get; }

    /// <summary>The sum of the weights of all classes.</summary>
    public double TotalWeight { get; }

    /// <summary>The share that is spread over the classes.</summary>
    public double Smoothing { get; init; }

    /// <summary>Whether the spread share has the weight of the target's class, instead of each class its own.</summary>
    public bool SmoothByTarget { get; init; }

    /// <summary>The factor of lse^2, times the weight of the target.</summary>
    public double ZLoss { get; init; }

    /// <summary>Whether a probability of 0 contributes 0 also where its logit is -infinity.</summary>
    public bool ZeroTimesInfinity { get; init; }

    /// <summary>Whether every class has the same weight in the spread share.</summary>
    public bool IsEven => Weight.IsEmpty || SmoothByTarget;

    /// <summary>Whether the spread share has weights that do not add up to a finite number.</summary>
    public bool IsUnbounded => Smoothing > 0 && !IsEven && !double.IsFinite(TotalWeight);

    public double WeightOf(int c) => Weight.IsEmpty ? 1 : double.CreateTruncating(Weight[c]);
}
