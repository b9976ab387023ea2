namespace Surprisal;

/// <summary>
/// Binary cross-entropy of logits, in nats: w (P y softplus(-z) + (1 - y) softplus(z)) for each element, the sigmoid built in.
/// </summary>
/// <remarks>
/// <para>
/// Inputs of any shape are logits z; targets y have the same shape and are probabilities, 0 or 1 as a rule; P is <see cref="PosWeight"/>.
/// The mean divides by the number of elements, whatever the weights are. Gradients: w ((1 - y) sigma(z) - P y sigma(-z)) with respect to
/// the logits and w (P softplus(-z) - softplus(z)) with respect to the targets.
/// </para>
/// <para>Values follow PyTorch's <c>nn.BCEWithLogitsLoss</c>, exact in both tails and at infinite logits, where PyTorch gives NaN.</para>
/// </remarks>
/// <example><code>
/// var logits = Tensor.Create&lt;float>([2, -1, 0.5f]);
/// var answers = Tensor.Create&lt;float>([1, 0, 1]);
/// Console.WriteLine(new BceWithLogitsLoss().Forward(logits, answers));                    // tensor(0.3048)
/// Console.WriteLine(new BceWithLogitsLoss { PosWeight = [3] }.Forward(logits, answers));  // tensor(0.7054)
/// </code></example>
public sealed record BceWithLogitsLoss : DenseLoss
{
    /// <summary>A factor for each element; broadcasts to the logits' shape. Not in the divisor. Default null: all 1.</summary>
    public ElementWeights? Weight { get; init; }

    /// <summary>
    /// A factor for the positive part of each element, against unbalanced data; broadcasts to the logits' shape. Default null: all 1.
    /// </summary>
    public ElementWeights? PosWeight { get; init; }

    internal override string NodeName(int rank) => "BinaryCrossEntropyWithLogitsBackward0";

    private protected override void CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names)
    {
        TensorLengths.CheckSameSize(inputs, targets, names.Target);
        if (Weight is not null) TensorLengths.CheckBroadcast(Weight.Lengths, inputs, nameof(Weight));
        if (PosWeight is not null) TensorLengths.CheckBroadcast(PosWeight.Lengths, inputs, nameof(PosWeight), isTensorA: true);
    }

    private protected override double ComputeSum<T>(in DenseTask<T> task, double scale) => PosWeight is null
        ? Pointwise(task, default(Kernels.BceWithLogits<T>), scale, Weight)
        : Pointwise(task, default(Kernels.BceWithLogits<T>.Weighted), scale, Weight, PosWeight);
}
