using System.Numerics.Tensors;

namespace Surprisal;

public abstract partial record DenseLoss
{
    /// <summary>The loss of plain memory, reduced, and on request its gradients and the losses before the reduction, in the same
    /// pass.</summary>
    /// <param name="inputs">Numbers in one dimension, (n); losses over the classes of a row take them as one row. Half and BFloat16 are
    /// computed in float and rounded once.</param>
    /// <param name="targets">One for each input.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each input; as long as the inputs, and may be exactly
    /// their memory. Default: none.</param>
    /// <param name="losses">Receives the losses before the reduction; as long as the inputs. Default: none.</param>
    /// <param name="sampleWeights">How often each loss counts, also in the divisor; one of weight 0 is ignored, so zeros and ones are an
    /// ignore mask. As long as the inputs, or a single one. Default: all 1.</param>
    /// <param name="targetGradient">Receives the derivative with respect to each target; as long as the inputs. Default: none.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit, numbers outside the loss's range, or outputs that overlap an input in
    /// part or each other.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    /// <example><code>
    /// float[] logits = [2, -1, 0.5f], answers = [1, 0, 1], gradient = new float[3];
    /// var loss = new BceWithLogitsLoss().Evaluate(logits, answers, gradient);
    /// Console.WriteLine($"{loss:F4}");                                        // 0.3048
    /// Console.WriteLine(string.Join(" ", gradient.Select(g => $"{g:F4}")));   // -0.0397 0.0896 -0.1258
    /// </code></example>
    public LossResult Evaluate<T>(
        ReadOnlySpan<T> inputs,
        ReadOnlySpan<T> targets,
        Span<T> gradient = default,
        Span<T> losses = default,
        ReadOnlySpan<T> sampleWeights = default,
        Span<T> targetGradient = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Evaluate(new ReadOnlyTensorSpan<T>(inputs), new ReadOnlyTensorSpan<T>(targets),
            gradient.IsEmpty ? default : new TensorSpan<T>(gradient), losses.IsEmpty ? default : new TensorSpan<T>(losses),
            sampleWeights.IsEmpty ? default : new ReadOnlyTensorSpan<T>(sampleWeights),
            targetGradient.IsEmpty ? default : new TensorSpan<T>(targetGradient));

    /// <inheritdoc cref="Evaluate{T}(in ReadOnlyTensorSpan{T}, in ReadOnlyTensorSpan{T}, in TensorSpan{T}, in TensorSpan{T}, in
    /// ReadOnlyTensorSpan{T}, in TensorSpan{T})"/>
    public LossResult Evaluate<T>(
        in TensorSpan<T> inputs,
        in ReadOnlyTensorSpan<T> targets,
        in TensorSpan<T> gradient = default,
        in TensorSpan<T> losses = default,
        in ReadOnlyTensorSpan<T> sampleWeights = default,
        in TensorSpan<T> targetGradient = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Evaluate(inputs.AsReadOnlyTensorSpan(), targets, gradient, losses, sampleWeights, targetGradient);

    /// <inheritdoc cref="Evaluate{T}(in ReadOnlyTensorSpan{T}, in ReadOnlyTensorSpan{T}, in TensorSpan{T}, in TensorSpan{T}, in
    /// ReadOnlyTensorSpan{T}, in TensorSpan{T})"/>
    public LossResult Evaluate<T>(
        in TensorSpan<T> inputs,
        in TensorSpan<T> targets,
        in TensorSpan<T> gradient = default,
        in TensorSpan<T> losses = default,
        in ReadOnlyTensorSpan<T> sampleWeights = default,
        in TensorSpan<T> targetGradient = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Evaluate(inputs.AsReadOnlyTensorSpan(), targets.AsReadOnlyTensorSpan(), gradient, losses, sampleWeights, targetGradient);
}
