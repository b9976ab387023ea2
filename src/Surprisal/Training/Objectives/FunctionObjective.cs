namespace Surprisal.Training;

/// <summary>A function of the user's, whose mean is over the batch's samples.</summary>
internal sealed class FunctionObjective(Func<Tensor<float>, Tensor<long>, Tensor<float>> loss) : Objective
{
    public override object Settings => "a function";

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
        CountClasses(outputs, batch.Targets, ignoreIndex: -100);

    public override Predictions Predictions(int classes) => new ClassPredictions(classes, ignoreIndex: -100);
}
