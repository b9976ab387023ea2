namespace Surprisal;

/// <summary>Mean squared error: (x - y)^2 for each element.</summary>
/// <remarks>
/// <para>
/// Inputs x of any shape; targets y have the same shape: nothing is repeated, for (N, 1) against (N) would be N^2 differences. The mean
/// divides by the number of elements. Gradients: 2 (x - y) with respect to the inputs and its negative with respect to the targets.
/// </para>
/// <para>
/// Values follow PyTorch's <c>nn.MSELoss</c>; those of floats are float64's, rounded once. Formula: Gauss 1809; Goodfellow, Bengio,
/// Courville, Deep Learning, 5.1.4.
/// </para>
/// </remarks>
public sealed record MseLoss : DenseLoss
{
    internal override string NodeName(int rank) => "MseLossBackward0";

    private protected override void CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names) =>
        TensorLengths.CheckUnrepeated(inputs, targets, names.Target);

    private protected override double ComputeSum<T>(in DenseTask<T> task, double scale) =>
        Differences(task, default(Kernels.Mse), 2 * scale); // its slope is half of the derivative
}
