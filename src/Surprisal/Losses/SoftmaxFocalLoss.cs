using Surprisal.Kernels;

namespace Surprisal;

/// <summary>
/// Softmax focal loss of logits and class indices, in nats: w[t] (1 - p_t)^gamma (-ln p_t) for each sample, p = softmax(logits).
/// </summary>
/// <remarks>
/// <para>
/// Shapes are those of <see cref="CrossEntropyLoss"/>: (C) with a single target, (N, C) with (N), or (N, C, d1 .. dK) with (N, d1 .. dK).
/// <see cref="ClassIndexLoss.Weight"/> is the paper's alpha, one for each class. The mean divides by the sum of the targets' weights, so
/// that a <see cref="Gamma"/> of 0 is the cross-entropy, bit by bit.
/// </para>
/// <para>
/// With q = 1 - p_t and K = q^gamma + gamma p_t q^(gamma - 1) (-ln p_t), the gradient is w[t] K (p - one-hot). Confident samples keep their
/// relative accuracy. Formula: Lin et al. 2017, Focal Loss for Dense Object Detection, section 3, over a softmax. PyTorch has no such
/// function.
/// </para>
/// </remarks>
public sealed record SoftmaxFocalLoss : ClassIndexLoss
{
    /// <summary>How little a sample counts that is predicted well: the exponent of 1 - p_t. Default 2; 0 gives the cross-entropy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double Gamma
    {
        get;
        init => field = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Gamma), value,
                $"Gamma is {value}; it is the exponent of 1 - p_t, so it must be 0 or more and finite.");
    } = 2;

    internal override string NodeName(int rank) => "SoftmaxFocalBackward0";

    internal override void WriteBlock<T>(in ClassBlock<T> block) => block.Run(new SoftmaxFocal(Gamma));
}
