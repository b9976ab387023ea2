namespace Surprisal.Training;

/// <summary>
/// A loss of numbers: its targets are the batch's probabilities, [N, L] for several labels a sample; where there are none and the loss is
/// of labels, its targets of 0 and 1, [N, L], or [N] for one output.
/// </summary>
internal sealed class DenseObjective(DenseLoss loss) : Objective
{
    private readonly DenseLoss mean = loss with { WhenEmpty = EmptyMean.Zero };

    public override object Settings => loss;

    public override double Divisor(Batch batch, Tensor<float> outputs)
    {
        var shape = outputs.Shape.ToLengths();
        if (shape.Length > 0) shape[0] = (batch.Probabilities?.Shape ?? batch.Targets.Shape)[0];
        return mean.MeanDivisor(shape);
    }

    public override Tensor<float> Forward(Tensor<float> outputs, Batch batch, LossAccumulator counted, double? divisor = null)
    {
        var used = divisor is null || mean.Normalizer is not null ? mean : mean with { Normalizer = divisor };
        return used.Forward(outputs, Targets(outputs, batch), accumulator: counted);
    }

    public override Tensor<float> ForwardEach(Tensor<float> outputs, Batch batch) =>
        (mean with { Reduction = Reduction.None }).Forward(outputs, Targets(outputs, batch));

    public override (long Counted, long Correct) Count(Tensor<float> outputs, Batch batch)
    {
        if (!IsOfLabels) return CountClasses(outputs, batch.Targets, ignoreIndex: -100);
        var values = outputs.Span;
        var targets = Targets(outputs, batch).Span;
        var labels = Labels(outputs);
        var (rows, correct) = (labels == 0 ? 0 : values.Length / labels, 0);
        for (var row = 0; row < rows; row++)
        {
            var wrong = 0;
            for (var i = row * labels; i < (row + 1) * labels; i++)
                if (values[i] > Boundary != IsTheCase(targets[i])) wrong++;
            if (wrong == 0) correct++;
        }
        return (rows, correct);
    }

    public override Predictions Predictions(int classes) =>
        IsOfLabels ? new LabelPredictions(this, mean is BceLoss) : new ClassPredictions(classes, ignoreIndex: -100);

    /// <summary>A target that says so rather than not: 1 of 0 and 1, of -1 and 1, and of smoothed ones.</summary>
    public static bool IsTheCase(float target) => target > 0.5f;

    /// <summary>The outputs of a sample.</summary>
    public static int Labels(Tensor<float> outputs) => outputs.Rank < 2 || outputs.Shape[0] == 0 ? 1 : outputs.Length / outputs.Shape[0];

    /// <summary>Whether each output is of a label that is the case or not; the other losses are judged by the classes.</summary>
    private bool IsOfLabels => mean is BceWithLogitsLoss or BceLoss or MultiLabelSoftMarginLoss or SoftMarginLoss or FocalLoss;

    private float Boundary => mean is BceLoss ? 0.5f : 0;

    /// <summary>The number that each output is compared with.</summary>
    public Tensor<float> Targets(Tensor<float> outputs, Batch batch)
    {
        if (batch.Probabilities is { } probabilities) return probabilities;
        if (!IsOfLabels || mean is SoftMarginLoss || batch.Targets.Length != outputs.Length)
            throw new InvalidOperationException($"{loss} takes numbers as targets, one for each output, but the batch has class indices " +
                "alone: give it Probabilities, such as targets.OneHot(classes).To<float>(), in the loader's Collate.");
        if (batch.Targets.Span.IndexOfAnyExcept(0, 1) is >= 0 and var wrong)
            throw new InvalidOperationException($"{loss} takes targets of 0 and 1, but the batch has {batch.Targets.Span[wrong]}.");
        return batch.Targets.To<float>().Reshape(outputs.Shape);
    }
}
