using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Puts losses on the tape: <c>loss.Forward(input, target)</c> is a tensor on which Backward can be called.</summary>
/// <remarks>
/// Three steps. Forward checks the shapes and has the loss evaluated, value and gradient in one pass over the input. It records one node on
/// the tape, which saves that gradient. Backward multiplies the saved gradient by the upstream one, which is a single number unless the
/// reduction is none.
/// </remarks>
public static partial class LossExtensions
{
    /// <summary>The loss of inputs and class indices: rank 0, or with <see cref="Reduction.None"/> the shape of the targets.</summary>
    /// <param name="loss">The loss and its options.</param>
    /// <param name="input">Logits, or what the loss takes: (C), (N, C) or (N, C, d1 .. dK). Half and BFloat16 are computed in float and
    /// rounded once.</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="sampleWeights">How often each sample counts, also in the divisor; a sample of weight 0 is ignored. Broadcasts to the
    /// targets' shape. Default: all 1. No gradient.</param>
    /// <param name="accumulator">Receives the sum and the divisor, for means over several batches.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class.</exception>
    /// <example><code>
    /// var logits = Tensor.Create&lt;float>([[1, 2], [1, 3], [1, 3]], requiresGrad: true);
    /// var loss = new CrossEntropyLoss().Forward(logits, Tensor.Create&lt;long>([0, 1, 1]));
    /// loss.Backward();
    /// Console.WriteLine(loss);                    // tensor(0.5224, grad_fn=&lt;NllLossBackward0>)
    /// Console.WriteLine(logits.Grad);
    /// // tensor([[-0.2437,  0.2437],
    /// //         [ 0.0397, -0.0397],
    /// //         [ 0.0397, -0.0397]])
    /// </code></example>
    public static Tensor<T> Forward<T, TTarget>(
        this ClassIndexLoss loss,
        Tensor<T> input,
        Tensor<TTarget> target,
        Tensor<T>? sampleWeights = null,
        LossAccumulator? accumulator = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        return typeof(T).Is16Bit
            ? Forward(loss, input.To<float>(), target, sampleWeights?.To<float>(), accumulator, roundsTo16Bit: true).To<T>()
            : Forward(loss, input, target, sampleWeights, accumulator, roundsTo16Bit: false);
    }

    private static Tensor<T> Forward<T, TTarget>(
        ClassIndexLoss loss,
        Tensor<T> input,
        Tensor<TTarget> target,
        Tensor<T>? sampleWeights,
        LossAccumulator? accumulator,
        bool roundsTo16Bit)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var shape = new ClassIndexShape(Lengths(input), Lengths(target), loss.Weight?.Count, ArgumentNames.OfTape);
        TensorLengths.Count(Lengths(input), nameof(input));
        CheckRankOfTarget(input, target);
        var weights = Expand(sampleWeights, Lengths(target));
        var gradient = GradientBuffer(input);
        var losses = loss.Reduction == Reduction.None ? Tensor.Uninitialized<T>(target.Shape) : null;
        var result = loss.EvaluateFlat(shape, input.Span, target.Span, weights, SpanOf(gradient), SpanOf(losses), roundsTo16Bit);
        accumulator?.Add(result);
        var output = losses ?? Tensor.Scalar(SixteenBit.From<T>(result.Value, roundsTo16Bit));
        if (gradient is null) return output;

        var saved = new SavedGradient<T>(gradient, Recompute, input);
        var classAxis = input.Rank == 1 ? 0 : 1;
        return output.Record(loss.NodeName(input.Rank), [target, sampleWeights],
            input.MakeEdge(g => Scale(saved.TakeOrRecompute(), g, classAxis, Ignored)));

        Tensor<T> Recompute()
        {
            var fresh = Tensor.Uninitialized<T>(input.Shape);
            var shape = new ClassIndexShape(Lengths(input), Lengths(target), loss.Weight?.Count, ArgumentNames.OfTape);
            loss.EvaluateFlat(shape, input.Span, target.Span, Expand(sampleWeights, Lengths(target)), fresh.Span, default);
            return fresh;
        }

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
    /// Refuses a target of rank 1 for an input without a batch: on the tape, unlike on spans, a single target has rank 0.
    /// </summary>
    private static void CheckRankOfTarget(Tensor input, Tensor target)
    {
        if (input.Rank == 1 && target.Rank == 1)
            throw new ArgumentException(
                $"size mismatch (got input: {input.Shape}, target: {target.Shape}): " +
                "input of shape (C) needs a target of rank 0.", nameof(target));
    }
}
