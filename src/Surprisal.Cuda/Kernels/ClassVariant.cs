namespace Surprisal.Cuda;

/// <summary>Which of the kernels of cross-entropy computes no more than the options ask for.</summary>
internal enum ClassVariant
{
    /// <summary>Weights at most.</summary>
    Plain,

    /// <summary>With the squared log-sum-exp.</summary>
    Squared,

    /// <summary>With label smoothing, and maybe the square.</summary>
    Smooth,

    /// <summary>With soft cap, temperature or prior, and maybe all the others.</summary>
    Transformed,

    /// <summary>Softmax focal loss, another formula of the same sums.</summary>
    Focal,
}
