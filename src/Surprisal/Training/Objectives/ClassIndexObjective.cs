namespace Surprisal.Training;

/// <summary>
/// A loss of class indices, [N] or [N, ..] for the positions of segmentation; cross-entropy also of class probabilities, where the batch
/// has them.
/// </summary>
internal sealed class ClassIndexObjective(ClassIndexLoss loss) : Objective
{
    // A batch without a divisor makes no step, so its mean needs no value and is no error.
    private readonly ClassIndexLoss mean = loss with { WhenEmpty = EmptyMean.Zero };

    public override object Settings => loss;

    public override double Divisor(Batch batch, Tensor<float> outputs) => Mixed(batch) is { } mixed
        ? mixed.Length / Math.Max(1, mixed.Shape[1])
        : mean.Divisor<long>(batch.Targets.Span, outputs.Rank > 1 ? outputs.Shape[1] : outputs.Length);

    public override Tensor<float> Forward(Tensor<float> outputs, Batch batch, LossAccumulator counted, double? divisor = null)
    {
        var used = divisor is null || mean.Normalizer is not null ? mean : mean with { Normalizer = divisor };
        return Mixed(batch) is { } mixed
            ? ((CrossEntropyLoss)used).Forward(outputs, mixed, accumulator: counted)
            : used.Forward(outputs, batch.Targets, accumulator: counted);
    }

    public override Tensor<float> ForwardEach(Tensor<float> outputs, Batch batch)
    {
        var each = mean with { Reduction = Reduction.None };
        return Mixed(batch) is { } mixed
            ? ((CrossEntropyLoss)each).Forward(outputs, mixed)
            : each.Forward(outputs, batch.Targets);
    }

    public override (long Counted, long Correct) Count(Tensor<float> outputs, Batch batch) =>
        CountClasses(outputs, batch.Targets, mean.IgnoreIndex);

    public override Predictions Predictions(int classes) => new ClassPredictions(classes, mean.IgnoreIndex);

    /// <summary>The batch's probabilities; null for class indices.</summary>
    private Tensor<float>? Mixed(Batch batch) => batch.Probabilities is not { } probabilities ? null
        : mean is not CrossEntropyLoss
            ? throw new InvalidOperationException(
                $"the batch has probabilities, but {loss} takes class indices; CrossEntropyLoss takes both.")
            : probabilities.Rank > 1 ? probabilities
            : throw new InvalidOperationException(
                $"the batch's probabilities have shape {probabilities.Shape}; [N, C] or [N, C, ..] is needed.");
}
