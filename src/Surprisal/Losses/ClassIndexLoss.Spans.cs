using System.Numerics.Tensors;

namespace Surprisal;

public abstract partial record ClassIndexLoss
{
    /// <summary>
    /// The loss of rows in plain memory, reduced, and on request its gradient and the losses of the rows, in the same pass.
    /// </summary>
    /// <param name="logits">Rows of <paramref name="classes"/> logits, one after the other, as any array holds them. Half and BFloat16 are
    /// computed in float and rounded once.</param>
    /// <param name="targets">One for each row: 0 .. classes - 1, or <see cref="IgnoreIndex"/>; byte, short, int or long.</param>
    /// <param name="classes">The number of logits in a row; at least 1.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each logit; as long as the logits, and may be exactly
    /// their memory. Default: none.</param>
    /// <param name="losses">Receives the loss of each row; as long as the targets. Default: none.</param>
    /// <param name="sampleWeights">How often each row counts, also in the divisor; one of weight 0 is ignored. As long as the targets.
    /// Default: all 1.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit, not as many weights as classes, or outputs that overlap an input in
    /// part or each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No classes, or a target that is no class; the message gives its position.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    /// <example><code>
    /// float[] logits = [1, 2, 1, 3, 1, 3], gradient = new float[6];
    /// int[] targets = [0, 1, 1];
    /// var loss = new CrossEntropyLoss().Evaluate(logits, targets, classes: 2, gradient);
    /// Console.WriteLine($"{loss:F4}");                                        // 0.5224
    /// Console.WriteLine(string.Join(" ", gradient.Select(g => $"{g:F4}")));   // -0.2437 0.2437 0.0397 -0.0397 0.0397 -0.0397
    /// </code></example>
    public LossResult Evaluate<T, TTarget>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TTarget> targets,
        int classes,
        Span<T> gradient = default,
        Span<T> losses = default,
        ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var rows = SpanRows.Count(logits.Length, classes);
        if (targets.Length != rows)
            throw new ArgumentException($"targets has {targets.Length} elements, but the {logits.Length} logits are {rows} rows of " +
                $"{classes} classes; each row needs one.", nameof(targets));
        return Evaluate(
            new ReadOnlyTensorSpan<T>(logits, [rows, classes]), new ReadOnlyTensorSpan<TTarget>(targets, [rows]),
            SpanRows.Optional(gradient, [rows, classes], nameof(gradient), nameof(logits)),
            SpanRows.Optional(losses, [rows], nameof(losses), nameof(targets)),
            SpanRows.Optional(sampleWeights, [rows], nameof(sampleWeights), nameof(targets)));
    }

    /// <inheritdoc cref="Evaluate{T, TTarget}(in ReadOnlyTensorSpan{T}, in ReadOnlyTensorSpan{TTarget}, in TensorSpan{T}, in TensorSpan{T},
    /// in ReadOnlyTensorSpan{T})"/>
    public LossResult Evaluate<T, TTarget>(
        in TensorSpan<T> logits,
        in ReadOnlyTensorSpan<TTarget> targets,
        in TensorSpan<T> gradient = default,
        in TensorSpan<T> losses = default,
        in ReadOnlyTensorSpan<T> sampleWeights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Evaluate(logits.AsReadOnlyTensorSpan(), targets, gradient, losses, sampleWeights);

    /// <inheritdoc cref="Evaluate{T, TTarget}(in ReadOnlyTensorSpan{T}, in ReadOnlyTensorSpan{TTarget}, in TensorSpan{T}, in TensorSpan{T},
    /// in ReadOnlyTensorSpan{T})"/>
    public LossResult Evaluate<T, TTarget>(
        in TensorSpan<T> logits,
        in TensorSpan<TTarget> targets,
        in TensorSpan<T> gradient = default,
        in TensorSpan<T> losses = default,
        in ReadOnlyTensorSpan<T> sampleWeights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Evaluate(logits.AsReadOnlyTensorSpan(), targets.AsReadOnlyTensorSpan(), gradient, losses, sampleWeights);
}
