using System.Numerics.Tensors;

namespace Surprisal;

public sealed partial record CrossEntropyLoss
{
    /// <inheritdoc cref="ClassIndexLoss.Evaluate{T, TTarget}(ReadOnlySpan{T}, ReadOnlySpan{TTarget}, int, Span{T}, Span{T},
    /// ReadOnlySpan{T})"/>
    /// <remarks>Here beside the overload for probabilities, so that the compiler sees integers in <c>[0, 1, 1]</c>.</remarks>
    public new LossResult Evaluate<T, TTarget>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TTarget> targets,
        int classes,
        Span<T> gradient = default,
        Span<T> losses = default,
        ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        base.Evaluate(logits, targets, classes, gradient, losses, sampleWeights);

    /// <summary>
    /// The loss of rows of logits and class probabilities in plain memory, reduced, and on request its gradients and the losses of the
    /// rows, in the same pass.
    /// </summary>
    /// <param name="logits">Rows of <paramref name="classes"/> logits, one after the other. Half and BFloat16 are computed in float and
    /// rounded once.</param>
    /// <param name="targets">A probability for each logit, used as they are: nothing checks that they add up to 1. Class indices are
    /// integers and go to the other overload.</param>
    /// <param name="classes">The number of logits in a row; at least 1.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each logit; as long as the logits, and may be exactly
    /// their memory. Default: none.</param>
    /// <param name="losses">Receives the loss of each row. Default: none.</param>
    /// <param name="sampleWeights">How often each row counts, also in the divisor; one of weight 0 is ignored. One for each row. Default:
    /// all 1.</param>
    /// <param name="targetGradient">Receives the derivative with respect to each probability; as long as the logits. Default: none.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit, not as many weights as classes, or outputs that overlap an input in
    /// part or each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No classes.</exception>
    /// <exception cref="InvalidOperationException">An <see cref="ClassIndexLoss.IgnoreIndex"/> of 0 or more, which probabilities cannot
    /// have; or an empty mean where that is an error.</exception>
    /// <example><code>
    /// float[] logits = [1, 2, 1, 3, 1, 3];
    /// float[] probabilities = [0.9f, 0.1f, 0.2f, 0.8f, 0, 1];
    /// Console.WriteLine($"{new CrossEntropyLoss().Evaluate(logits, probabilities, classes: 2):F4}");  // 0.6224
    /// </code></example>
    public LossResult Evaluate<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<T> targets,
        int classes,
        Span<T> gradient = default,
        Span<T> losses = default,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> targetGradient = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rows = SpanRows.Count(logits.Length, classes);
        if (targets.Length != logits.Length)
            throw new ArgumentException($"targets has {targets.Length} elements, but there are {logits.Length} logits; " +
                "class probabilities are as many. Class indices are integers: convert them to int or long.", nameof(targets));
        return Evaluate(
            new ReadOnlyTensorSpan<T>(logits, [rows, classes]), new ReadOnlyTensorSpan<T>(targets, [rows, classes]),
            SpanRows.Optional(gradient, [rows, classes], nameof(gradient), nameof(logits)),
            SpanRows.Optional(losses, [rows], nameof(losses), nameof(logits)),
            SpanRows.Optional(sampleWeights, [rows], nameof(sampleWeights), nameof(logits)),
            SpanRows.Optional(targetGradient, [rows, classes], nameof(targetGradient), nameof(logits)));
    }

    /// <inheritdoc cref="Evaluate{T}(in ReadOnlyTensorSpan{T}, in ReadOnlyTensorSpan{T}, in TensorSpan{T}, in TensorSpan{T}, in
    /// ReadOnlyTensorSpan{T}, in TensorSpan{T})"/>
    public LossResult Evaluate<T>(
        in TensorSpan<T> logits,
        in ReadOnlyTensorSpan<T> targets,
        in TensorSpan<T> gradient = default,
        in TensorSpan<T> losses = default,
        in ReadOnlyTensorSpan<T> sampleWeights = default,
        in TensorSpan<T> targetGradient = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Evaluate(logits.AsReadOnlyTensorSpan(), targets, gradient, losses, sampleWeights, targetGradient);

    /// <inheritdoc cref="Evaluate{T}(in ReadOnlyTensorSpan{T}, in ReadOnlyTensorSpan{T}, in TensorSpan{T}, in TensorSpan{T}, in
    /// ReadOnlyTensorSpan{T}, in TensorSpan{T})"/>
    public LossResult Evaluate<T>(
        in TensorSpan<T> logits,
        in TensorSpan<T> targets,
        in TensorSpan<T> gradient = default,
        in TensorSpan<T> losses = default,
        in ReadOnlyTensorSpan<T> sampleWeights = default,
        in TensorSpan<T> targetGradient = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Evaluate(logits.AsReadOnlyTensorSpan(), targets.AsReadOnlyTensorSpan(), gradient, losses, sampleWeights, targetGradient);
}
