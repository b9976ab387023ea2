namespace Surprisal.Kernels;

/// <summary>What turns a target into a distribution q over the classes, and what is added to its cross-entropy.</summary>
internal readonly ref struct CrossEntropyTerms<T> where T : unmanaged, INumberBase<T>
{
    /// <summary>Empty, or one weight a class.</summary>
    public ReadOnlySpan<T> Weight { get; init; }

    /// <summary>The share that is spread over the classes.</summary>
    public double Smoothing { get; init; }

    /// <summary>Whether the spread share has the weight of the target's class, instead of each class its own.</summary>
    public bool SmoothByTarget { get; init; }

    /// <summary>The factor of lse^2, times the weight of the target.</summary>
    public double ZLoss { get; init; }

    /// <summary>Whether a probability of 0 contributes 0 also where its logit is -infinity.</summary>
    public bool ZeroTimesInfinity { get; init; }

    public double WeightOf(int c) => Weight.IsEmpty ? 1 : double.CreateTruncating(Weight[c]);
}
