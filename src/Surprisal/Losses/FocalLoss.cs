namespace Surprisal;

/// <summary>
/// Sigmoid focal loss of logits, in nats: alpha_t (1 - p_t)^gamma (-ln p_t) for each element, so that easy elements hardly count.
/// </summary>
/// <remarks>
/// <para>
/// Inputs of any shape are logits z; targets y have the same shape and are 0 or 1, or anything between. p = sigma(z), p_t = p y + (1 - p)
/// (1 - y), alpha_t = alpha y + (1 - alpha) (1 - y), and -ln p_t stands for the binary cross-entropy of p and y. The default reduction is
/// <see cref="Reduction.None"/>; the mean divides by the number of elements. Both inputs and targets receive gradients.
/// </para>
/// <para>
/// Values follow torchvision's <c>sigmoid_focal_loss</c>, exact in both tails, with finite gradients where torchvision's are NaN (gamma
/// below 1, saturated p). Formula: Lin et al. 2017, Focal Loss for Dense Object Detection, section 3.
/// </para>
/// </remarks>
/// <example><code>
/// var logits = Tensor.Create&lt;float>([2, -1, 0.5f]);
/// var answers = Tensor.Create&lt;float>([1, 0, 1]);
/// var loss = new FocalLoss { Gamma = 2, Alpha = 0.25 };
/// Console.WriteLine(loss.Forward(logits, answers));                                       // tensor([0.0005, 0.0170, 0.0169])
/// Console.WriteLine((loss with { Reduction = Reduction.Sum }).Forward(logits, answers));  // tensor(0.0343)
/// </code></example>
public sealed record FocalLoss : DenseLoss
{
    /// <summary>A focal loss that is not reduced.</summary>
    public FocalLoss() : base(Reduction.None) { }

    /// <summary>
    /// The weight of the positives, 1 - Alpha being that of the negatives. At most 1; any negative number, such as torchvision's -1, weighs
    /// both 1. Default 0.25.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Above 1, or NaN.</exception>
    public double Alpha
    {
        get;
        init => field = value <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Alpha), value,
                $"Alpha is {value}; it is the positives' share of the weight, so it must be 0 to 1, or negative for none.");
    } = 0.25;

    /// <summary>
    /// How little an element counts that is predicted well: the exponent of 1 - p_t. Default 2; 0 gives the binary cross-entropy of logits,
    /// weighted by alpha.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double Gamma
    {
        get;
        init => field = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Gamma), value,
                $"Gamma is {value}; it is the exponent of 1 - p_t, so it must be 0 or more and finite.");
    } = 2;

    internal override string NodeName(int rank) =>
        Reduction switch { Reduction.Mean => "MeanBackward0", Reduction.Sum => "SumBackward0", _ => "MulBackward0" };

    private protected override void CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names) =>
        TensorLengths.CheckSameSize(inputs, targets, names.Target);

    private protected override double ComputeSum<T>(in DenseTask<T> task, double scale) =>
        Pointwise(task, new Kernels.Focal<T>(Alpha, Gamma), scale);
}
