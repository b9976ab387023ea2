using Surprisal.Kernels;

namespace Surprisal;

/// <content>Losses whose targets are numbers of the input's type: probabilities, or what the loss takes. The targets may want a gradient
/// too.</content>
public static partial class LossExtensions
{
    /// <summary>
    /// The cross-entropy of logits and class probabilities: rank 0, or with <see cref="Reduction.None"/> the logits' shape without the
    /// classes.
    /// </summary>
    /// <param name="loss">The loss and its options.</param>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK). Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="target">Class probabilities in the logits' shape; they receive a gradient too if they require one.</param>
    /// <param name="sampleWeights">How often each sample counts, also in the divisor; a sample of weight 0 is ignored. Broadcasts to the
    /// losses' shape. Default: all 1. No gradient.</param>
    /// <param name="accumulator">Receives the sum and the divisor, for means over several batches.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    /// <example><code>
    /// var logits = Tensor.Create&lt;float>([[1, 2], [1, 3], [1, 3]]);
    /// var teacher = Tensor.Create&lt;float>([[0.9f, 0.1f], [0.2f, 0.8f], [0, 1]], requiresGrad: true);
    /// var loss = new CrossEntropyLoss().Forward(logits, teacher);
    /// Console.WriteLine($"{loss.Item():F4}");     // 0.6224
    /// loss.Backward();
    /// Console.WriteLine(teacher.Grad![0]);        // tensor([0.4378, 0.1044])
    /// </code></example>
    public static Tensor<T> Forward<T>(
        this CrossEntropyLoss loss,
        Tensor<T> input,
        Tensor<T> target,
        Tensor<T>? sampleWeights = null,
        LossAccumulator? accumulator = null)
        where T : unmanaged, IFloatingPointIeee754<T> => ForwardDense(loss, input, target, sampleWeights, accumulator);

    /// <summary>
    /// The loss of inputs and targets: rank 0, or with <see cref="Reduction.None"/> one for each element, or for each row of a multi-label
    /// loss.
    /// </summary>
    /// <param name="loss">The loss and its options.</param>
    /// <param name="input">Any shape; what it holds the loss's page says. Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="target">The input's shape, or one that broadcasts with it where the loss's page says so; receives a gradient too if it
    /// requires one.</param>
    /// <param name="sampleWeights">How often each loss counts, also in the divisor; one of weight 0 is ignored, so zeros and ones are an
    /// ignore mask. Broadcasts to the losses' shape. Default: all 1. No gradient.</param>
    /// <param name="accumulator">Receives the sum and the divisor, for means over several batches.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or numbers outside the loss's range.</exception>
    /// <example><code>
    /// var logits = Tensor.Create&lt;float>([2, -1, 0.5f], requiresGrad: true);
    /// var loss = new BceWithLogitsLoss().Forward(logits, Tensor.Create&lt;float>([1, 0, 1]));
    /// loss.Backward();
    /// Console.WriteLine(loss);                    // tensor(0.3048, grad_fn=&lt;BinaryCrossEntropyWithLogitsBackward0>)
    /// Console.WriteLine(logits.Grad);             // tensor([-0.0397,  0.0896, -0.1258])
    /// </code></example>
    public static Tensor<T> Forward<T>(
        this DenseLoss loss,
        Tensor<T> input,
        Tensor<T> target,
        Tensor<T>? sampleWeights = null,
        LossAccumulator? accumulator = null)
        where T : unmanaged, IFloatingPointIeee754<T> => ForwardDense(loss, input, target, sampleWeights, accumulator);

    private static Tensor<T> ForwardDense<TLoss, T>(
        TLoss loss,
        Tensor<T> input,
        Tensor<T> target,
        Tensor<T>? sampleWeights,
        LossAccumulator? accumulator,
        bool roundsTo16Bit = false)
        where TLoss : Loss, IDenseLoss
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        if (typeof(T).Is16Bit)
            return ForwardDense(loss, input.To<float>(), target.To<float>(), sampleWeights?.To<float>(), accumulator,
                roundsTo16Bit: true).To<T>();
        var (rank, batch) = (input.Rank, input.Rank == 0 ? 1 : input.Shape[0]); // before they broadcast
        loss.CheckShapes(Lengths(input), Lengths(target), ArgumentNames.OfTape);
        if (loss.Broadcasts)
        {
            var both = Shape.Broadcast(input.Shape, target.Shape);
            (input, target) = (input.Expand(both), target.Expand(both));
        }
        TensorLengths.Count(Lengths(input), nameof(input));
        var classAxis = loss.ClassAxis(input.Rank);
        var lossShape = classAxis < 0 ? input.Shape : Shape.Reduce(input.Shape, classAxis, keepDim: false);
        var lossLengths = lossShape.ToLengths();
        TensorLengths.Count(lossLengths, "losses"); // more than inputs where there are no classes
        var (gradient, targetGradient) = (GradientBuffer(input), GradientBuffer(target));
        var losses = loss.Reduction == Reduction.None ? Tensor.Uninitialized<T>(lossShape) : null;
        var result = Evaluate(gradient, targetGradient, losses);
        accumulator?.Add(result);
        var output = losses ?? Tensor.Scalar(SixteenBit.From<T>(result.Value, roundsTo16Bit));
        if (gradient is null && targetGradient is null) return output;

        var saved = new SavedGradient<T>(gradient, () => Recompute(ofTarget: false), input, target);
        var savedOfTarget = new SavedGradient<T>(targetGradient, () => Recompute(ofTarget: true), input, target);
        return output.Record(loss.NodeName(rank), [sampleWeights],
            gradient is null ? null : input.MakeEdge(g => Scale(saved.TakeOrRecompute(), g, classAxis, Ignored)),
            targetGradient is null ? null : target.MakeEdge(g => Scale(savedOfTarget.TakeOrRecompute(), g, classAxis, Ignored)));

        LossResult Evaluate(Tensor<T>? gradient, Tensor<T>? targetGradient, Tensor<T>? losses) => new DenseTask<T>
        {
            Lengths = Lengths(input),
            Batch = batch,
            Names = ArgumentNames.OfTape,
            Inputs = input.Span,
            Targets = target.Span,
            SampleWeights = Expand(sampleWeights, lossLengths),
            Gradient = SpanOf(gradient),
            TargetGradient = SpanOf(targetGradient),
            Losses = SpanOf(losses),
            RoundsTo16Bit = roundsTo16Bit,
        }.Evaluate(loss);

        Tensor<T> Recompute(bool ofTarget)
        {
            var fresh = Tensor.Uninitialized<T>(input.Shape);
            Evaluate(ofTarget ? null : fresh, ofTarget ? fresh : null, losses: null);
            return fresh;
        }

        bool[] Ignored()
        {
            var weights = Expand(sampleWeights, lossLengths);
            var ignored = new bool[weights.Length];
            for (var i = 0; i < ignored.Length; i++) ignored[i] = T.IsZero(weights[i]);
            return ignored;
        }
    }
}
