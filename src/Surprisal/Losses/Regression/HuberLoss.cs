namespace Surprisal;

/// <summary>
/// Huber's loss: (x - y)^2 / 2 for each element up to an error of delta, from there on the line delta (|x - y| - delta / 2), so that
/// outliers pull with no more than delta.
/// </summary>
/// <remarks>
/// <para>
/// Inputs x of any shape; targets y have the same shape: nothing is repeated, for (N, 1) against (N) would be N^2 differences. The mean
/// divides by the number of elements. Gradients: x - y, clamped to delta on either side, with respect to the inputs and its negative with
/// respect to the targets.
/// </para>
/// <para>
/// Values follow PyTorch's <c>nn.HuberLoss</c>; those of floats are float64's, rounded once. Divided by delta it is
/// <see cref="SmoothL1Loss"/>. Formula: Huber 1964, Robust Estimation of a Location Parameter.
/// </para>
/// </remarks>
public sealed record HuberLoss : DenseLoss
{
    /// <summary>The error up to which the loss is a square. Infinity gives half the squared error. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">0 or less, or NaN.</exception>
    public double Delta
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Delta), value,
                $"huber_loss does not support non-positive values for delta: Delta is {value}; " +
                "it is the error up to which the loss is a square, so it must be more than 0.");
    } = 1;

    internal override string NodeName(int rank) => "HuberLossBackward0";

    private protected override void CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names) =>
        TensorLengths.CheckUnrepeated(inputs, targets, names.Target);

    private protected override double ComputeSum<T>(in DenseTask<T> task, double scale) =>
        Differences(task, new Kernels.Huber(Delta), scale);
}
