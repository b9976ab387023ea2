namespace Surprisal;

/// <summary>What becomes of the loss of each sample.</summary>
public enum Reduction
{
    /// <summary>Nothing: one loss a sample, or an element for elementwise losses. Ignored samples are 0.</summary>
    None,

    /// <summary>
    /// The sum over the loss's own divisor, which its page in the docs states. The default of all losses but the focal ones.
    /// </summary>
    Mean,

    /// <summary>The sum over samples.</summary>
    Sum,

    /// <summary>
    /// The sum over the input's first dimension, whatever the others: the mean that is a Kullback-Leibler divergence. Only for
    /// <see cref="KlDivLoss"/>.
    /// </summary>
    BatchMean,
}
