namespace Surprisal;

/// <summary>
/// Binary cross-entropy of probabilities, in nats: -w (y ln x + (1 - y) ln(1 - x)) for each element, the logarithms no less than -100.
/// </summary>
/// <remarks>
/// <para>
/// Inputs x of any shape are probabilities as <c>Sigmoid</c> makes them; targets y have the same shape and are probabilities, 0 or 1 as a
/// rule. Both are refused outside [0, 1], NaN too, except where the sample weight is 0. The mean divides by the number of elements,
/// whatever the weights are. Gradients: w (x - y) / max((1 - x) x, 1e-12) with respect to the inputs and w (max(ln(1 - x), -100) - max(ln
/// x, -100)) with respect to the targets.
/// </para>
/// <para>
/// Values follow PyTorch 2's <c>nn.BCELoss</c>. Where the logits are at hand <see cref="BceWithLogitsLoss"/> is exact: a sigmoid that has
/// rounded to 0 or 1 has forgotten them.
/// </para>
/// </remarks>
public sealed record BceLoss : DenseLoss
{
    /// <summary>A factor for each element; broadcasts to the inputs' shape. Not in the divisor. Default null: all 1.</summary>
    public ElementWeights? Weight { get; init; }

    internal override string NodeName(int rank) => "BinaryCrossEntropyBackward0";

    private protected override void CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names)
    {
        if (!targets.SequenceEqual(inputs)) throw OtherSize(inputs, targets, names);
        if (Weight is not null) TensorLengths.CheckBroadcast(Weight.Lengths, inputs, nameof(Weight));
    }

    private protected override void CheckValues<T>(in DenseTask<T> task)
    {
        CheckProbabilities(task.Inputs, task, "input", task.Names.Input, "; logits go to BceWithLogitsLoss");
        CheckProbabilities(task.Targets, task, "target", task.Names.Target, "");
    }

    private protected override double ComputeSum<T>(in DenseTask<T> task, double scale) =>
        Pointwise(task, default(Kernels.Bce<T>), scale, Weight);

    private static void CheckProbabilities<T>(ReadOnlySpan<T> values, in DenseTask<T> task, string which, string name, string advice)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Kernels.Bce<T>.FirstOutside(values, task.SampleWeights) is >= 0 and var i)
            throw new ArgumentOutOfRangeException(name,
                $"all elements of {which} should be between 0 and 1: " +
                $"{name}[{TensorLengths.Position(i, task.Lengths)}] = {values[i]} is no probability{advice}.");
    }

    private static ArgumentException OtherSize(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names) =>
        new($"Using a target size ({TensorLengths.TorchSize(targets)}) that is different to the input size " +
            $"({TensorLengths.TorchSize(inputs)}) " +
            "is deprecated. Please ensure they have the same size.", names.Target);
}
