namespace Surprisal;

/// <summary>
/// Binary cross-entropy of logits averaged over the classes, in nats: one loss for each row, (1 / C) sum_c w_c BCE(x_c, y_c).
/// </summary>
/// <remarks>
/// <para>
/// Inputs are logits with the classes last, (C), (N, C) or (N, d1 .. dK, C); targets are probabilities, 0 or 1 as a rule, in a shape that
/// broadcasts to the inputs'. <see cref="Reduction.None"/> gives the inputs' shape without its last dimension, and the mean divides by the
/// number of rows. Gradients: w_c (sigma(x_c) - y_c) / C with respect to the inputs and -w_c x_c / C with respect to the targets.
/// </para>
/// <para>
/// Values follow PyTorch's <c>nn.MultiLabelSoftMarginLoss</c>, exact in both tails and at infinite logits, where PyTorch gives NaN. A row
/// of no classes is NaN. Formula: that of <see cref="BceWithLogitsLoss"/>.
/// </para>
/// </remarks>
public sealed record MultiLabelSoftMarginLoss : DenseLoss
{
    /// <summary>
    /// A factor for each class, or in any shape that broadcasts to the inputs'. Not in the divisors. Default null: all 1.
    /// </summary>
    public ElementWeights? Weight { get; init; }

    internal override string NodeName(int rank) => Reduction switch
    {
        Reduction.None => "DivBackward0",
        Reduction.Sum => "SumBackward0",
        _ => "MeanBackward0",
    };

    private protected override bool Broadcasts => true;

    private protected override int ClassAxis(int rank) => rank - 1;

    private protected override void CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names)
    {
        if (inputs.Length == 0) throw NoClasses(names);
        DenseTargetShape.Check(inputs, targets, names);
        if (Weight is not null) TensorLengths.CheckBroadcast(Weight.Lengths, inputs, nameof(Weight));
    }

    private protected override double LossCount(int inputs, ReadOnlySpan<nint> shape) => Rows(shape);

    private protected override double ComputeSum<T>(in DenseTask<T> task, double scale)
    {
        var weights = new BroadcastView<T>(Weight, task.Lengths);
        var (sum, classes) = (0.0, (int)task.Lengths[^1]);
        for (var row = 0; row < Rows(task.Lengths); row++)
        {
            var start = row * classes;
            var loss = Kernels.MultiLabelSoftMargin.Row(
                task.Inputs.Slice(start, classes), task.Targets.Slice(start, classes),
                classes == 0 ? default : weights.Slice(start, classes), task.SampleWeights.SliceOrEmpty(row, 1), scale,
                task.Gradient.SliceOrEmpty(start, classes), task.TargetGradient.SliceOrEmpty(start, classes));
            task.Store(row, loss);
            sum += loss;
        }
        return sum;
    }

    private static int Rows(ReadOnlySpan<nint> shape) => TensorLengths.Product(shape[..^1]);

    private static ArgumentException NoClasses(ArgumentNames names) =>
        new("Dimension specified as -1 but tensor has no dimensions: rank 0 has no classes; " +
            $"{names.Input} {names.Need} (C), (N, C) or (N, d1 .. dK, C).", names.Input);
}
