namespace Surprisal.Training;

/// <summary>A function of the user's, or a loss of regions: its mean is over the batch's samples.</summary>
internal sealed class FunctionObjective(
    Func<Tensor<float>, Tensor<long>, Tensor<float>> loss, object settings, long ignoreIndex) : Objective
{
    /// <summary>Regions are those of a batch, so batches of a step count each by itself.</summary>
    public static FunctionObjective Of(RegionLoss loss)
    {
        var mean = loss with { WhenEmpty = EmptyMean.Zero };
        return new((outputs, targets) => mean.Forward(outputs, targets), loss, loss.IgnoreIndex);
    }

    public override object Settings => settings;

    public override double Divisor(Batch batch, Tensor<float> outputs) => batch.Targets.Length;

    public override Tensor<float> Forward(Tensor<float> outputs, Batch batch, LossAccumulator counted, double? divisor = null)
    {
        var value = loss(outputs, batch.Targets);
        if (value.Length != 1)
            throw new InvalidOperationException(
                $"the loss function returned a tensor of shape {value.Shape}; one number is needed, the mean of the batch.");
        counted.Add((double)value.Item() * batch.Targets.Length, batch.Targets.Length);
        return divisor is { } all ? value * (float)(batch.Targets.Length / all) : value;
    }

    public override Tensor<float>? ForwardEach(Tensor<float> outputs, Batch batch) => null;

    public override (long Counted, long Correct) Count(Tensor<float> outputs, Batch batch) =>
        CountClasses(outputs, batch.Targets, ignoreIndex);

    public override Predictions Predictions(int classes) => new ClassPredictions(classes, ignoreIndex);
}
