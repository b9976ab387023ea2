namespace Surprisal;

/// <summary>
/// Cross-entropy of a linear layer's logits, estimated from a few classes: the sum over all others is that over a sample of them, each
/// divided by how often it is expected there. In nats; for training on large vocabularies.
/// </summary>
/// <remarks>
/// <para>
/// hidden [.., features], weight [classes, features], bias [classes] or none, targets [..] of an integer type. Classes are sorted by
/// falling frequency: candidates are drawn log-uniformly, P(c) = ln((c + 2) / (c + 1)) / ln(classes + 1), one sample for all rows, decided
/// by <see cref="Seed"/> and the step that the call names. The target is no part of its own sample: there it is left out.
/// </para>
/// <para>
/// Estimates the sum of exponentials (Bengio and Senecal 2008; Jean et al. 2015): its expectation over steps is the exact one. The loss,
/// its logarithm, is a little too low on average, the less the more samples; with as many as there are classes it is exact.
/// <see cref="CorrectTarget"/> is TensorFlow's form, whose value estimates nothing. Evaluation needs
/// <see cref="LinearCrossEntropyLoss"/>. Gradients go to hidden states, weight and bias, of these only to rows that are used. Rows that
/// are ignored are left out before anything is multiplied. The same bits for any number of threads, on every machine.
/// </para>
/// </remarks>
/// <example><code>
/// var hidden = Tensor.Randn&lt;float>([8, 16], new Seed(0), requiresGrad: true);
/// var weight = Tensor.Randn&lt;float>([1000, 16], new Seed(1), requiresGrad: true);
/// var target = Tensor.RandInt&lt;long>(0, 1000, [8], new Seed(2));
/// var loss = new SampledSoftmaxLoss { Samples = 64, Seed = 3 };
/// for (var step = 0; step &lt; 2; step++) loss.Forward(hidden, weight, target, step).Backward();
/// Console.WriteLine(weight.Grad!.Shape);                                        // [1000, 16]
/// </code></example>
public sealed record SampledSoftmaxLoss : Loss
{
    /// <summary>
    /// How many classes stand for all others. Default 1024; with as many as there are classes, or more, each comes once and the loss is
    /// exact, unless <see cref="WithReplacement"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Samples
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Samples), value, $"Samples is {value}; a sample has at least 1 class.");
    } = 1024;

    /// <summary>What decides the samples, together with the step of a call. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Whether a class may come several times, and then counts as often. Default false: each comes once, and gradients have less noise;
    /// nearly as many samples as classes take long to draw.
    /// </summary>
    public bool WithReplacement { get; init; }

    /// <summary>
    /// Divides the target's exponential by how often it is expected too: TensorFlow's sampled_softmax_loss. Its value is not comparable: it
    /// is no estimate of the cross-entropy, and grows with <see cref="Samples"/>. Default false.
    /// </summary>
    public bool CorrectTarget { get; init; }

    /// <summary>
    /// The target of rows that are ignored: loss 0, gradient 0, not in the divisor, not computed. Any value, also one in the range of the
    /// classes. Default -100.
    /// </summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>The candidates of a step.</summary>
    internal CandidateSample Draw(int classes, long step) => new(classes, Samples, !WithReplacement, Seed, step);

    internal override string NodeName(int rank) => "NllLossBackward0";
}
