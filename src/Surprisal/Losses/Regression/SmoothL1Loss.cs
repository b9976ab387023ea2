namespace Surprisal;

/// <summary>
/// Smooth absolute error: (x - y)^2 / (2 beta) for each element below an error of beta, from there on |x - y| - beta / 2.
/// </summary>
/// <remarks>
/// <para>
/// Inputs x of any shape; targets y have the same shape: nothing is repeated, for (N, 1) against (N) would be N^2 differences. The mean
/// divides by the number of elements. Gradients: (x - y) / beta, clamped to 1 on either side, with respect to the inputs and its negative
/// with respect to the targets.
/// </para>
/// <para>
/// Values follow PyTorch's <c>nn.SmoothL1Loss</c>; those of floats are float64's, rounded once. It is <see cref="HuberLoss"/> divided by
/// beta. Formula: Girshick 2015, Fast R-CNN, section 2.3.
/// </para>
/// </remarks>
public sealed record SmoothL1Loss : DenseLoss
{
    /// <summary>The error below which the loss is a square. 0 gives <see cref="L1Loss"/>. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0, or NaN.</exception>
    public double Beta
    {
        get;
        init => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Beta), value,
                $"smooth_l1_loss does not support negative values for beta: Beta is {value}; " +
                "it is the error below which the loss is a square, so it must be 0 or more.");
    } = 1;

    internal override string NodeName(int rank) => Beta == 0 ? L1Loss.NodeName(Reduction) : "SmoothL1LossBackward0";

    private protected override void CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names) =>
        TensorLengths.CheckUnrepeated(inputs, targets, names.Target);

    private protected override double ComputeSum<T>(in DenseTask<T> task, double scale) => Beta == 0
        ? Differences(task, default(Kernels.L1), scale)
        : Differences(task, new Kernels.SmoothL1(Beta), scale);
}
