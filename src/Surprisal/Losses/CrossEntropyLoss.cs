namespace Surprisal;

/// <summary>
/// Cross-entropy between logits and class indices or class probabilities, in nats: -w[t] ln softmax(logits)[t] for each sample.
/// </summary>
/// <remarks>
/// <para>
/// The type of the targets says which is meant: integers are class indices, with the shapes (C) and a single target, (N, C) and (N), or
/// (N, C, d1 .. dK) and (N, d1 .. dK); numbers of the logits' type are probabilities, in the logits' shape.
/// With label smoothing s the target distribution gives 1 - s to the target and s / C to every class, each class with its own weight.
/// The gradient with respect to the logits is w (softmax - target distribution).
/// </para>
/// <para>
/// Values follow PyTorch's <c>nn.CrossEntropyLoss</c>; sums are in double and rounded once, and an ignored sample contributes nothing
/// whatever its logits hold. Immutable and thread-safe; compared by value. Formula: Goodfellow, Bengio, Courville, Deep Learning, 6.2.2.
/// </para>
/// </remarks>
/// <example><code>
/// var logits = Tensor.Create&lt;float>([[1, 2], [1, 3], [1, 3]]);
/// var targets = Tensor.Create&lt;long>([0, 1, 1]);
/// var loss = new CrossEntropyLoss { Weight = [1, 2], LabelSmoothing = 0.1 };
/// Console.WriteLine(loss);                                            // CrossEntropyLoss { Weight = [1, 2], LabelSmoothing = 0.1 }
/// Console.WriteLine(loss.Forward(logits, targets));                   // tensor(0.3948)
/// var each = loss with { Reduction = Reduction.None };
/// Console.WriteLine(each.Forward(logits, targets));                   // tensor([1.2789, 0.3475, 0.3475])
/// </code></example>
public sealed partial record CrossEntropyLoss : ClassIndexLoss
{
    /// <summary>How much of the target is spread evenly over all classes, from 0 to 1. Default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside [0, 1], or NaN.</exception>
    public double LabelSmoothing
    {
        get;
        init => field = LogitOptions.LabelSmoothing(value);
    }

    /// <summary>
    /// Whose weight the spread share of label smoothing has. Default each class its own, as PyTorch does; ignored without smoothing or
    /// weights, and for probabilities.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the two.</exception>
    public SmoothingWeight SmoothingWeight
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(SmoothingWeight), value,
                $"{value} is not a valid value for the smoothing's weight; it is PerClass or PerTarget.");
    }

    /// <summary>
    /// Whether a class probability of 0 contributes 0 also where its logit is -infinity, instead of PyTorch's NaN. Default false; ignored
    /// for class indices.
    /// </summary>
    public bool ZeroTimesInfinityIsZero { get; init; }

    /// <summary>
    /// Adds this times the square of the logits' log-sum-exp, times the target's weight, so that logits do not drift (PaLM, 2022, section
    /// 5). Default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double ZLoss
    {
        get;
        init => field = LogitOptions.ZLoss(value);
    }

    /// <summary>Bends the logits into (-cap, cap) first: cap tanh(x / cap) (Gemma 2, 2024, section 2). Default null: no cap.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive, finite number.</exception>
    public double? SoftCap
    {
        get;
        init => field = LogitOptions.SoftCap(value);
    }

    /// <summary>Divides the logits, after any cap. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive, finite number.</exception>
    public double Temperature
    {
        get;
        init => field = LogitOptions.Temperature(value);
    } = 1;

    /// <summary>
    /// How probable each class is in the training data; adds <see cref="PriorStrength"/> times its logarithm to the logits, last (Menon et
    /// al. 2021, Long-tail learning via logit adjustment). Default null.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A number that is not positive and finite.</exception>
    public ClassWeights? Prior
    {
        get;
        init
        {
            for (var c = 0; c < value?.Count; c++)
                if (!(value[c] > 0 && double.IsFinite(value[c])))
                    throw new ArgumentOutOfRangeException(nameof(Prior),
                        $"Prior[{c}] = {value[c]}; its logarithm is added to the logits, so it must be positive and finite.");
            field = value;
        }
    }

    /// <summary>The factor of the prior's logarithm. Default 1; ignored without a <see cref="Prior"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Infinite or NaN.</exception>
    public double PriorStrength
    {
        get;
        init => field = double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(PriorStrength), value,
                $"PriorStrength is {value}; it scales the logarithm of the prior, so it must be finite.");
    } = 1;

    internal override string NodeName(int rank) => rank > 2 ? "NllLoss2DBackward0" : "NllLossBackward0";
}
