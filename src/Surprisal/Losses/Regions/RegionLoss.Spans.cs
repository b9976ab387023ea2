using System.Numerics.Tensors;

namespace Surprisal;

public abstract partial record RegionLoss
{
    /// <summary>The loss of rows in plain memory, reduced, and on request its gradient.</summary>
    /// <param name="logits">Rows of <paramref name="classes"/> logits, one after the other, each of a pixel.</param>
    /// <param name="targets">One for each row: 0 .. classes - 1, or <see cref="IgnoreIndex"/>; byte, short, int or long.</param>
    /// <param name="classes">The number of logits in a row; at least 1.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each logit; as long as the logits, and may be exactly
    /// their memory. Default: none.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit, or a gradient that overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No classes, or a target that is no class; the message gives its position.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    /// <example><code>
    /// float[] logits = [2, 0, 0, 2, 1, 0];
    /// int[] targets = [0, 1, 1];
    /// var loss = new DiceLoss().Evaluate(logits, targets, classes: 2);
    /// Console.WriteLine($"{loss:F4}");                                        // 0.2435
    /// </code></example>
    public LossResult Evaluate<T, TTarget>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets, int classes, Span<T> gradient = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var rows = SpanRows.Count(logits.Length, classes);
        if (targets.Length != rows)
            throw new ArgumentException($"targets has {targets.Length} elements, but the {logits.Length} logits are {rows} rows of " +
                $"{classes} classes; each row needs one.", nameof(targets));
        return Evaluate(
            new ReadOnlyTensorSpan<T>(logits, [rows, classes]), new ReadOnlyTensorSpan<TTarget>(targets, [rows]),
            SpanRows.Optional(gradient, [rows, classes], nameof(gradient), nameof(logits)));
    }

    /// <inheritdoc cref="Evaluate{T, TTarget}(in ReadOnlyTensorSpan{T}, in ReadOnlyTensorSpan{TTarget}, in TensorSpan{T})"/>
    public LossResult Evaluate<T, TTarget>(
        in TensorSpan<T> logits, in ReadOnlyTensorSpan<TTarget> targets, in TensorSpan<T> gradient = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Evaluate(logits.AsReadOnlyTensorSpan(), targets, gradient);

    /// <inheritdoc cref="Evaluate{T, TTarget}(in ReadOnlyTensorSpan{T}, in ReadOnlyTensorSpan{TTarget}, in TensorSpan{T})"/>
    public LossResult Evaluate<T, TTarget>(
        in TensorSpan<T> logits, in TensorSpan<TTarget> targets, in TensorSpan<T> gradient = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Evaluate(logits.AsReadOnlyTensorSpan(), targets.AsReadOnlyTensorSpan(), gradient);
}
