using Surprisal.Kernels;

namespace Surprisal;

/// <content>Cross-entropy of a linear layer's logits, which never exist: hidden states, weight and bias receive gradients.</content>
public static partial class LossExtensions
{
    /// <summary>
    /// The loss of hidden states through a linear layer and class indices: rank 0, or with <see cref="Reduction.None"/> the shape of the
    /// targets.
    /// </summary>
    /// <param name="loss">The loss and its options.</param>
    /// <param name="hidden">[.., features]; any number of leading dimensions, none included.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer, or an embedding's.</param>
    /// <param name="target">Class indices: the leading dimensions of <paramref name="hidden"/>.</param>
    /// <param name="bias">[classes], or null.</param>
    /// <param name="sampleWeights">How often each row counts, also in the divisor; one of weight 0 is ignored. Broadcasts to the targets'
    /// shape. Default: all 1. No gradient.</param>
    /// <param name="accumulator">Receives the sum and the divisor, for means over several batches.</param>
    /// <remarks>
    /// Forward computes the gradients too, and Backward multiplies them by a number; without a reduction Backward computes them, for then
    /// each row has a number of its own.
    /// </remarks>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class; the message gives its position.</exception>
    /// <example><code>
    /// var hidden = Tensor.Create&lt;float>([[1, 2], [3, 4]], requiresGrad: true);
    /// var weight = Tensor.Create&lt;float>([[1, 0], [0, 1], [1, 1]], requiresGrad: true);
    /// var loss = new LinearCrossEntropyLoss().Forward(hidden, weight, Tensor.Create&lt;long>([2, 0]));
    /// loss.Backward();
    /// Console.WriteLine(loss);                    // tensor(2.2367, grad_fn=&lt;LinearCrossEntropyBackward0>)
    /// </code></example>
    public static Tensor<T> Forward<T, TTarget>(
        this LinearCrossEntropyLoss loss,
        Tensor<T> hidden,
        Tensor<T> weight,
        Tensor<TTarget> target,
        Tensor<T>? bias = null,
        Tensor<T>? sampleWeights = null,
        LossAccumulator? accumulator = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        ArgumentNullException.ThrowIfNull(loss);
        var lossShape = CheckLinearLayer(hidden, weight, bias, target);
        return Forward(new LinearCall<T>(loss, hidden, weight, bias, target, sampleWeights, lossShape, Evaluate, Ignored), accumulator);

        LossResult Evaluate(in LinearOperands<T> operands) =>
            loss.EvaluateFlat<T, TTarget>(operands, target.Span, Lengths(target), nameof(target));

        bool[] Ignored()
        {
            var ignored = new bool[target.Length];
            var weights = Expand(sampleWeights, Lengths(target));
            for (var i = 0; i < ignored.Length; i++)
                ignored[i] = ClassTargets.IsIgnoredValue(target.Span[i], loss.IgnoreIndex) || (!weights.IsEmpty && T.IsZero(weights[i]));
            return ignored;
        }
    }

    /// <summary>
    /// The loss of hidden states through a linear layer and class probabilities: rank 0, or with <see cref="Reduction.None"/> the leading
    /// dimensions.
    /// </summary>
    /// <param name="loss">The loss and its options.</param>
    /// <param name="hidden">[.., features]; any number of leading dimensions, none included.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer, or an embedding's.</param>
    /// <param name="target">Class probabilities [.., classes]; without a gradient.</param>
    /// <param name="bias">[classes], or null.</param>
    /// <param name="sampleWeights">How often each row counts, also in the divisor; one of weight 0 is ignored. Broadcasts to the losses'
    /// shape. Default: all 1. No gradient.</param>
    /// <param name="accumulator">Receives the sum and the divisor, for means over several batches.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or targets that require a gradient.</exception>
    public static Tensor<T> Forward<T>(
        this LinearCrossEntropyLoss loss,
        Tensor<T> hidden,
        Tensor<T> weight,
        Tensor<T> target,
        Tensor<T>? bias = null,
        Tensor<T>? sampleWeights = null,
        LossAccumulator? accumulator = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(target);
        var lossShape = CheckLinearLayer(hidden, weight, bias);
        if (target.Shape != [.. lossShape, weight.Shape[0]])
            throw new ArgumentException($"target has shape {target.Shape}, but class probabilities of hidden {hidden.Shape} and weight " +
                $"{weight.Shape} need {new TensorShape([.. lossShape, weight.Shape[0]])}; class indices are integers: target.To<long>().",
                nameof(target));
        if (target.RequiresGrad && GradMode.IsEnabled)
            throw new ArgumentException("target requires a gradient, which this loss does not compute for probabilities: give it " +
                "target.Detach(), or use CrossEntropyLoss over the logits.", nameof(target));
        return Forward(new LinearCall<T>(loss, hidden, weight, bias, target, sampleWeights, lossShape, Evaluate, Ignored), accumulator);

        LossResult Evaluate(in LinearOperands<T> operands) =>
            loss.EvaluateFlat<T, long>(operands, default, lossShape.ToLengths(), nameof(target));

        bool[] Ignored()
        {
            var weights = Expand(sampleWeights, lossShape.ToLengths());
            var ignored = new bool[weights.Length];
            for (var i = 0; i < ignored.Length; i++) ignored[i] = T.IsZero(weights[i]);
            return ignored;
        }
    }
}
