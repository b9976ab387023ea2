using Surprisal.Kernels;

namespace Surprisal;

/// <content>Losses that compare regions.</content>
public static partial class LossExtensions
{
    /// <summary>The loss of inputs and class indices: rank 0.</summary>
    /// <param name="loss">The loss and its options.</param>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK). Computed in double and rounded once.</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <param name="accumulator">Receives the sum of the classes' losses and their number, for means over several batches.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class.</exception>
    public static Tensor<T> Forward<T, TTarget>(
        this RegionLoss loss, Tensor<T> input, Tensor<TTarget> target, LossAccumulator? accumulator = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        return typeof(T).Is16Bit
            ? Forward(loss, input.To<float>(), target, accumulator, roundsTo16Bit: true).To<T>()
            : Forward(loss, input, target, accumulator, roundsTo16Bit: false);
    }

    private static Tensor<T> Forward<T, TTarget>(
        RegionLoss loss, Tensor<T> input, Tensor<TTarget> target, LossAccumulator? accumulator, bool roundsTo16Bit)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var shape = new ClassIndexShape(Lengths(input), Lengths(target), null, ArgumentNames.OfTape);
        TensorLengths.Count(Lengths(input), nameof(input));
        CheckRankOfTarget(input, target);
        var gradient = GradientBuffer(input);
        var result = loss.EvaluateFlat(shape, input.Span, target.Span, SpanOf(gradient));
        accumulator?.Add(result);
        var output = Tensor.Scalar(SixteenBit.From<T>(result.Value, roundsTo16Bit));
        if (gradient is null) return output;
        var saved = new SavedGradient<T>(gradient, Recompute, input);
        return output.Record(loss.NodeName(input.Rank), [target],
            input.MakeEdge(g => Scale(saved.TakeOrRecompute(), g, input.Rank == 1 ? 0 : 1, Ignored)));

        Tensor<T> Recompute()
        {
            var fresh = Tensor.Uninitialized<T>(input.Shape);
            var shape = new ClassIndexShape(Lengths(input), Lengths(target), null, ArgumentNames.OfTape);
            loss.EvaluateFlat(shape, input.Span, target.Span, fresh.Span);
            return fresh;
        }

        bool[] Ignored()
        {
            var ignored = new bool[target.Length];
            for (var i = 0; i < ignored.Length; i++) ignored[i] = ClassTargets.IsIgnoredValue(target.Span[i], loss.IgnoreIndex);
            return ignored;
        }
    }
}
