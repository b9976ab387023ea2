namespace Surprisal;

/// <summary>
/// Cross-entropy of a linear layer's logits, hidden weight^T + bias, and class indices or class probabilities, in nats, without ever
/// holding the logits: for vocabularies, where these are the largest matrix of a model.
/// </summary>
/// <remarks>
/// <para>
/// hidden [.., features], weight [classes, features], bias [classes] or none, targets [..] of an integer type, or class probabilities
/// [.., classes]. Values are those of <see cref="CrossEntropyLoss"/> over these logits, which have the bits that a linear layer gives;
/// gradients go to hidden states, weight and bias, and one that nobody wants is not computed.
/// </para>
/// <para>
/// Rows whose target is ignored, or whose sample weight is 0, are left out before anything is multiplied: they cost nothing, and a NaN in
/// them does nothing. Sums over classes are in double. The bits of every result are the same for any <see cref="MemoryLimit"/>, number of
/// threads and machine. Immutable and thread-safe; compared by value. As PyTorch's linear_cross_entropy.
/// </para>
/// </remarks>
/// <example><code>
/// float[] hidden = [1, 2, 3, 4], weight = [1, 0, 0, 1, 1, 1], hiddenGradient = new float[4];
/// int[] targets = [2, 0];
/// var loss = new LinearCrossEntropyLoss().Evaluate(hidden, weight, targets, features: 2, hiddenGradient: hiddenGradient);
/// Console.WriteLine($"{loss:F4}");                                              // 2.2367
/// Console.WriteLine(string.Join(" ", hiddenGradient.Select(g => $"{g:F4}")));   // -0.1224 -0.0450 -0.0233 0.4914
/// </code></example>
public sealed partial record LinearCrossEntropyLoss : Loss
{
    /// <summary>
    /// One weight a class. Default null: all 1. With <see cref="Reduction.Mean"/> the divisor is the sum of the targets' weights.
    /// </summary>
    public ClassWeights? Weight { get; init; }

    /// <summary>
    /// The target of rows that are ignored: loss 0, gradient 0, not in the divisor, not computed. Any value, also one in the range of the
    /// classes. Default -100.
    /// </summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>How much of the target is spread evenly over all classes, from 0 to 1, each with its own weight. Default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside [0, 1], or NaN.</exception>
    public double LabelSmoothing
    {
        get;
        init => field = LogitOptions.LabelSmoothing(value);
    }

    /// <summary>
    /// Adds this times the square of the logits' log-sum-exp, so that logits do not drift (PaLM, 2022, section 5); without the weight of
    /// the class, which <see cref="CrossEntropyLoss.ZLoss"/> has. Default 0.
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
    /// The bytes that exponentials may take. As many rows of them are kept as fit, in steps of 64 and at most 512, so that no logit is made
    /// twice; where 64 do not fit, logits are made again for the gradients, which takes about a third longer. Default null: 128 rows.
    /// </summary>
    /// <remarks>
    /// 4 x 128 x classes bytes by default: 16 MB for 32,000. Where logits are made again a few megabytes suffice for any number of
    /// classes. Ignored where there is no gradient, and for 16-bit numbers, whose gradients are summed in float and rounded once: there
    /// logits are made again. Changes no bit of any result.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public long? MemoryLimit
    {
        get;
        init => field = value is null or >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MemoryLimit), value,
                $"MemoryLimit is {value}; it is a number of bytes, so it must be 0 or more.");
    }

    internal override string NodeName(int rank) => "LinearCrossEntropyBackward0";
}
