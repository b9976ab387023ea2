namespace Surprisal;

/// <summary>Two-class logistic loss, in nats: ln(1 + exp(-y x)) for each element.</summary>
/// <remarks>
/// <para>
/// Inputs of any shape are logits x; targets y are -1 or 1 as a rule, in a shape that broadcasts to the inputs'. It is the binary
/// cross-entropy of the logits with the classes named -1 and 1. The mean divides by the number of elements. Gradients:
/// -y sigma(-y x) with respect to the inputs and, which PyTorch does not give, -x sigma(-y x) with respect to the targets.
/// </para>
/// <para>
/// Values follow PyTorch's <c>nn.SoftMarginLoss</c>, without its overflow: a logit of -100 at y = 1 costs 100, where PyTorch gives infinity
/// in float and a NaN gradient. Formula: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 10.6.
/// </para>
/// </remarks>
public sealed record SoftMarginLoss : DenseLoss
{
    internal override string NodeName(int rank) => "SoftMarginLossBackward0";

    private protected override bool Broadcasts => true;

    private protected override void CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names) =>
        DenseTargetShape.Check(inputs, targets, names);

    private protected override double ComputeSum<T>(in DenseTask<T> task, double scale) =>
        Pointwise(task, default(Kernels.SoftMargin<T>), scale);
}
