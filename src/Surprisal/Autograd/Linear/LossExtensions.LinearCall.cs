namespace Surprisal;

/// <content>How linear cross-entropy comes onto the tape, whatever its targets are.</content>
public static partial class LossExtensions
{
    private delegate LossResult LinearEvaluation<T>(in LinearOperands<T> operands) where T : unmanaged;

    private static Tensor<T> Forward<T>(LinearCall<T> call, LossAccumulator? accumulator) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (hidden, weight, bias) = (call.Hidden, call.Weight, call.Bias);
        if (call.Loss.Reduction == Reduction.None)
        {
            var losses = Tensor.Uninitialized<T>(call.LossShape);
            var total = call.Evaluate(default, default, losses);
            accumulator?.Add(total);
            Tensor<T>[] inputs = bias is null ? [hidden, weight] : [hidden, weight, bias];
            return losses.Record(call.Loss.NodeName(2), [hidden, weight, bias, call.Target, call.SampleWeights], inputs, upstream =>
            {
                var gradients = call.Gradients(static tensor => GradientOf(tensor.RequiresGrad, tensor));
                call.Evaluate(gradients, upstream, null);
                return bias is null ? [gradients.Hidden, gradients.Weight] : [gradients.Hidden, gradients.Weight, gradients.Bias];
            });
        }
        var saved = call.Gradients(GradientBuffer);
        var result = call.Evaluate(saved, default, null);
        accumulator?.Add(result);
        return Tensor.Scalar(Kernels.Scalar.Round<T>(result.Value)).Record(call.Loss.NodeName(2), [call.Target, call.SampleWeights],
            Edge(hidden, saved.Hidden, static (fresh) => new(fresh, null, null), hidden.Rank - 1, call.Ignored),
            Edge(weight, saved.Weight, static (fresh) => new(null, fresh, null), -1, static () => []),
            bias is null ? null : Edge(bias, saved.Bias, static (fresh) => new(null, null, fresh), -1, static () => []));

        Edge? Edge(Tensor<T> input, Tensor<T>? gradient, Func<Tensor<T>, LinearGradients<T>> alone, int axis, Func<bool[]> ignored)
        {
            if (gradient is null) return null;
            var once = new SavedGradient<T>(gradient, Recompute, bias is null ? [hidden, weight] : [hidden, weight, bias]);
            return input.MakeEdge(g => Scale(once.TakeOrRecompute(), g, axis, ignored));

            Tensor<T> Recompute()
            {
                var fresh = Tensor.Uninitialized<T>(input.Shape);
                call.Evaluate(alone(fresh), default, null);
                return fresh;
            }
        }
    }

    private static Tensor<T>? GradientOf<T>(bool isWanted, Tensor<T> tensor) where T : unmanaged, INumber<T> =>
        isWanted ? Tensor.Uninitialized<T>(tensor.Shape) : null;

    /// <summary>The shape of the losses; refuses what is no linear layer.</summary>
    private static TensorShape CheckLinearLayer<T>(Tensor<T> hidden, Tensor<T> weight, Tensor<T>? bias) where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank != 2 || weight.Length == 0)
            throw new ArgumentException($"weight has shape {weight.Shape}; it needs [classes, features], at least one of each.",
                nameof(weight));
        if (hidden.Rank == 0 || hidden.Shape[^1] != weight.Shape[1])
            throw new ArgumentException($"hidden has shape {hidden.Shape}, but its last dimension must be {weight.Shape[1]}, " +
                $"the features of weight {weight.Shape}.", nameof(hidden));
        if (bias is not null && bias.Shape != [weight.Shape[0]])
            throw new ArgumentException($"bias has shape {bias.Shape}; it needs [{weight.Shape[0]}], one for each class of weight.",
                nameof(bias));
        return hidden.Shape[..^1];
    }

    /// <summary>The same with a class for each row.</summary>
    private static TensorShape CheckLinearLayer<T, TTarget>(Tensor<T> hidden, Tensor<T> weight, Tensor<T>? bias, Tensor<TTarget> target)
        where T : unmanaged, INumber<T>
        where TTarget : unmanaged, INumber<TTarget>
    {
        ArgumentNullException.ThrowIfNull(target);
        var lossShape = CheckLinearLayer(hidden, weight, bias);
        if (target.Shape != lossShape)
            throw new ArgumentException($"target has shape {target.Shape}, but hidden of shape {hidden.Shape} needs {lossShape}: " +
                "a class for each of its rows.", nameof(target));
        return lossShape;
    }

    /// <summary>Where the gradients of hidden states, weight and bias go; null for none.</summary>
    private readonly record struct LinearGradients<T>(Tensor<T>? Hidden, Tensor<T>? Weight, Tensor<T>? Bias)
        where T : unmanaged, INumber<T>;

    /// <summary>What was given to a call, to be evaluated once or again.</summary>
    private sealed record LinearCall<T>(
        LinearCrossEntropyLoss Loss,
        Tensor<T> Hidden,
        Tensor<T> Weight,
        Tensor<T>? Bias,
        Tensor Target,
        Tensor<T>? SampleWeights,
        TensorShape LossShape,
        LinearEvaluation<T> Run,
        Func<bool[]> Ignored)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public LinearGradients<T> Gradients(Func<Tensor<T>, Tensor<T>?> buffer) =>
            new(buffer(Hidden), buffer(Weight), Bias is null ? null : buffer(Bias));

        public LossResult Evaluate(LinearGradients<T> gradients, Tensor<T>? upstream, Tensor<T>? losses) => Run(new()
        {
            Rows = Shape.Length(LossShape),
            Features = Weight.Shape[1],
            Classes = Weight.Shape[0],
            Hidden = Hidden.Span,
            Weight = Weight.Span,
            Bias = Bias is null ? default : Bias.Span,
            Probabilities = Target is Tensor<T> probabilities ? probabilities.Span : default,
            SampleWeights = Expand(SampleWeights, LossShape.ToLengths()),
            Upstream = upstream is null ? default : upstream.Span,
            HiddenGradient = SpanOf(gradients.Hidden),
            WeightGradient = SpanOf(gradients.Weight),
            BiasGradient = SpanOf(gradients.Bias),
            Losses = SpanOf(losses),
        });
    }
}
