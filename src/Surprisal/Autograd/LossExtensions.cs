using Surprisal.Kernels;

namespace Surprisal;

/// <summary>The one bridge that puts losses on the tape: the loss computes its gradient in the forward pass, the tape only scales it.</summary>
public static class LossExtensions
{
    /// <summary>The loss of inputs and class indices: rank 0, or with <see cref="Reduction.None"/> the shape of the targets.</summary>
    /// <param name="loss">The loss and its options.</param>
    /// <param name="input">Logits, or what the loss takes: (C), (N, C) or (N, C, d1 .. dK). Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="sampleWeights">How often each sample counts, also in the divisor; 0 leaves it out. Broadcasts to the targets' shape. Default: all 1. No gradient.</param>
    /// <param name="accumulator">Receives the sum and the divisor, for means over several batches.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class.</exception>
    public static Tensor<T> Forward<T, TTarget>(this ClassIndexLoss loss, Tensor<T> input, Tensor<TTarget> target, Tensor<T>? sampleWeights = null, LossAccumulator? accumulator = null)
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

    private static Tensor<T> Forward<T, TTarget>(ClassIndexLoss loss, Tensor<T> input, Tensor<TTarget> target, Tensor<T>? sampleWeights, LossAccumulator? accumulator, bool roundsTo16Bit)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var task = new ClassIndexShape(Lengths(input), Lengths(target), loss.Weight?.Count, ArgumentNames.OfTape);
        TensorLengths.Count(Lengths(input), nameof(input));
        if (input.Rank == 1 && target.Rank == 1)
            throw new ArgumentException($"size mismatch (got input: {Shape.Text(input.Shape)}, target: {Shape.Text(target.Shape)}): input of shape (C) needs a target of rank 0.", nameof(target));
        var weights = Expanded(sampleWeights, Lengths(target));
        var gradient = Room(input);
        var losses = loss.Reduction == Reduction.None ? Tensor.Uninitialized<T>(target.Shape) : null;
        var result = loss.Evaluate(task, input.Span, target.Span, weights, Span(gradient), Span(losses), roundsTo16Bit);
        accumulator?.Add(result);
        var output = losses ?? Tensor.Scalar(SixteenBit.From<T>(result.Value, roundsTo16Bit));
        if (gradient is null) return output;
        Tensor<T> Again()
        {
            var fresh = Tensor.Uninitialized<T>(input.Shape);
            loss.Evaluate(new ClassIndexShape(Lengths(input), Lengths(target), loss.Weight?.Count, ArgumentNames.OfTape), input.Span, target.Span, Expanded(sampleWeights, Lengths(target)), fresh.Span, default);
            return fresh;
        }
        bool[] LeftOut()
        {
            var each = Expanded(sampleWeights, Lengths(target));
            var result = new bool[target.Length];
            for (var i = 0; i < result.Length; i++) result[i] = ClassTargets.IsIgnored(target.Span[i], loss.IgnoreIndex) || (!each.IsEmpty && T.IsZero(each[i]));
            return result;
        }
        var kept = new LossGradient<T>(gradient, Again, input);
        return output.Record(loss.NodeName(input.Rank), [target, sampleWeights], input.MakeEdge(g => Scaled(kept.Take(), g, input.Rank == 1 ? 0 : 1, LeftOut)));
    }

    /// <summary>The cross-entropy of logits and class probabilities: rank 0, or with <see cref="Reduction.None"/> the logits' shape without the classes.</summary>
    /// <param name="loss">The loss and its options.</param>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK). Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="target">Class probabilities in the logits' shape; they receive a gradient too if they require one.</param>
    /// <param name="sampleWeights">How often each sample counts, also in the divisor; 0 leaves it out. Broadcasts to the losses' shape. Default: all 1. No gradient.</param>
    /// <param name="accumulator">Receives the sum and the divisor, for means over several batches.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    public static Tensor<T> Forward<T>(this CrossEntropyLoss loss, Tensor<T> input, Tensor<T> target, Tensor<T>? sampleWeights = null, LossAccumulator? accumulator = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Forward(loss, loss, input, target, sampleWeights, accumulator);

    /// <summary>The loss of inputs and targets: rank 0, or with <see cref="Reduction.None"/> one for each element, or for each row of a multi-label loss.</summary>
    /// <param name="loss">The loss and its options.</param>
    /// <param name="input">Any shape; what it holds the loss's page says. Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="target">The input's shape, or one that broadcasts with it where the loss's page says so; receives a gradient too if it requires one.</param>
    /// <param name="sampleWeights">How often each loss counts, also in the divisor; 0 leaves it out, so zeros and ones are an ignore mask. Broadcasts to the losses' shape. Default: all 1. No gradient.</param>
    /// <param name="accumulator">Receives the sum and the divisor, for means over several batches.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or numbers outside the loss's range.</exception>
    public static Tensor<T> Forward<T>(this DenseLoss loss, Tensor<T> input, Tensor<T> target, Tensor<T>? sampleWeights = null, LossAccumulator? accumulator = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Forward(loss, loss, input, target, sampleWeights, accumulator);

    private static Tensor<T> Forward<T>(IDenseLoss loss, Loss options, Tensor<T> input, Tensor<T> target, Tensor<T>? sampleWeights, LossAccumulator? accumulator, bool roundsTo16Bit = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        if (typeof(T).Is16Bit) return Forward(loss, options, input.To<float>(), target.To<float>(), sampleWeights?.To<float>(), accumulator, roundsTo16Bit: true).To<T>();
        var (rank, batch) = (input.Rank, input.Rank == 0 ? 1 : input.Shape[0]);
        loss.CheckShapes(Lengths(input), Lengths(target), ArgumentNames.OfTape);
        if (loss.Broadcasts)
        {
            var both = Shape.Broadcast(input.Shape, target.Shape);
            (input, target) = (input.Expand(both), target.Expand(both));
        }
        TensorLengths.Count(Lengths(input), nameof(input));
        var axis = loss.ClassAxis(input.Rank);
        int[] shape = axis < 0 ? input.Dimensions : [.. input.Shape[..axis], .. input.Shape[(axis + 1)..]];
        nint[] lossShape = Array.ConvertAll(shape, static size => (nint)size);
        TensorLengths.Count(lossShape, "losses"); // more than inputs where there are no classes
        LossResult Evaluate(Tensor<T>? gradient, Tensor<T>? targetGradient, Tensor<T>? losses) => new DenseTask<T>
        {
            Lengths = Lengths(input), Batch = batch, Names = ArgumentNames.OfTape, Inputs = input.Span, Targets = target.Span, SampleWeights = Expanded(sampleWeights, lossShape),
            Gradient = Span(gradient), TargetGradient = Span(targetGradient), Losses = Span(losses), RoundsTo16Bit = roundsTo16Bit,
        }.Evaluate(loss);
        Tensor<T> Again(Func<Tensor<T>, LossResult> evaluate)
        {
            var fresh = Tensor.Uninitialized<T>(input.Shape);
            evaluate(fresh);
            return fresh;
        }
        var (gradient, targetGradient) = (Room(input), Room(target));
        var losses = options.Reduction == Reduction.None ? Tensor.Uninitialized<T>(shape) : null;
        var result = Evaluate(gradient, targetGradient, losses);
        accumulator?.Add(result);
        var output = losses ?? Tensor.Scalar(SixteenBit.From<T>(result.Value, roundsTo16Bit));
        if (gradient is null && targetGradient is null) return output;
        bool[] LeftOut()
        {
            var each = Expanded(sampleWeights, lossShape);
            var result = new bool[each.Length];
            for (var i = 0; i < result.Length; i++) result[i] = T.IsZero(each[i]);
            return result;
        }
        var kept = new LossGradient<T>(gradient, () => Again(g => Evaluate(g, null, null)), input, target);
        var keptTarget = new LossGradient<T>(targetGradient, () => Again(h => Evaluate(null, h, null)), input, target);
        return output.Record(options.NodeName(rank), [sampleWeights],
            gradient is null ? null : input.MakeEdge(g => Scaled(kept.Take(), g, axis, LeftOut)),
            targetGradient is null ? null : target.MakeEdge(g => Scaled(keptTarget.Take(), g, axis, LeftOut)));
    }

    /// <summary>The loss's gradient, which nobody else has, times the upstream one; what is left out stays 0 also where the upstream is NaN or infinite.</summary>
    private static Tensor<T> Scaled<T>(Tensor<T> gradient, Tensor<T> upstream, int axis, Func<bool[]> leftOut) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var scaled = gradient;
        if (upstream.Rank > 0) scaled = gradient * (axis < 0 ? upstream : upstream.Unsqueeze(axis));
        else if (upstream.Item() != T.One) Elementwise.Map<T, Formulas<T>.Multiply>(gradient.Span, upstream.Item(), gradient.Span, default);
        foreach (var g in upstream.Span)
        {
            if (T.IsFinite(g)) continue;
            ClearLeftOut(scaled, axis, leftOut());
            break;
        }
        return scaled;
    }

    private static void ClearLeftOut<T>(Tensor<T> gradient, int axis, bool[] leftOut) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (_, classes, inner) = axis < 0 ? (1, 1, 1) : Shape.Split(gradient.Shape, axis);
        for (var i = 0; classes > 0 && i < leftOut.Length; i++)
        {
            if (!leftOut[i]) continue;
            var first = i / inner * classes * inner + i % inner;
            for (var c = 0; c < classes; c++) gradient.Span[first + c * inner] = T.Zero;
        }
    }

    private static ReadOnlySpan<T> Expanded<T>(Tensor<T>? sampleWeights, ReadOnlySpan<nint> shape) where T : unmanaged, INumber<T>
    {
        if (sampleWeights is null) return default;
        TensorLengths.CheckBroadcast(Lengths(sampleWeights), shape, nameof(sampleWeights));
        return TensorLengths.Expand<T>(sampleWeights.Span, Lengths(sampleWeights), shape);
    }

    private static Tensor<T>? Room<T>(Tensor<T> tensor) where T : unmanaged, INumber<T> =>
        tensor.RequiresGrad && GradMode.IsEnabled ? Tensor.Uninitialized<T>(tensor.Shape) : null;

    private static Span<T> Span<T>(Tensor<T>? tensor) where T : unmanaged, INumber<T> => tensor is null ? default : tensor.Span;

    private static nint[] Lengths(Tensor tensor) => Array.ConvertAll(tensor.Dimensions, static size => (nint)size);
}
