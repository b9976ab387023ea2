namespace Surprisal.Training;

/// <summary>The numbers of a checkpoint that are neither the model's nor the optimizer's memory: position, learning rate and the schedule's plan.</summary>
/// <param name="Position">How far training has come.</param>
/// <param name="LearningRate">The present rate; null where the file is of version 1, which had none.</param>
/// <param name="Plan">See <see cref="Schedule.State"/>; null without a schedule.</param>
internal sealed record TrainingProgress(TrainingPosition Position, double? LearningRate, double[]? Plan)
{
    private const string PositionName = "position", LossName = "loss_sum", RateName = "learning_rate", PlanName = "schedule";

    public static TrainingProgress Of(Trainer trainer) => new(trainer.Position, trainer.Optimizer.LearningRate, trainer.Schedule?.State);

    public void AddTo(Dictionary<string, Tensor> tensors)
    {
        tensors.Add(PositionName, Tensor.Create<long>([Position.Epoch, Position.Batch, Position.Samples, Position.Correct]));
        tensors.Add(LossName, Tensor.Create([Position.LossSum]));
        tensors.Add(RateName, Tensor.Create([LearningRate!.Value]));
        if (Plan is not null) tensors.Add(PlanName, Tensor.Create<double>(Plan));
    }

    /// <exception cref="InvalidDataException">Numbers that are missing or cannot be; the message is the reason alone.</exception>
    public static TrainingProgress Read(IReadOnlyDictionary<string, Tensor> tensors, Trainer trainer, DataLoader train)
    {
        if (tensors.GetValueOrDefault(PositionName) is not Tensor<long> { Length: 4 } at || tensors.GetValueOrDefault(LossName) is not Tensor<double> { Length: 1 } loss)
            throw new InvalidDataException("it lacks the position of the training.");
        var (epoch, batch, samples, correct) = (at.Span[0], at.Span[1], at.Span[2], at.Span[3]);
        if (epoch is < 0 or > int.MaxValue || batch < 0 || batch > train.Batches || samples < 0 || correct < 0 || correct > samples)
            throw new InvalidDataException($"its position is epoch {epoch}, batch {batch} of {train.Batches}, {correct} of {samples} samples correct, which cannot be.");
        var rate = (tensors.GetValueOrDefault(RateName) as Tensor<double>)?.Item();
        if (rate is < 0 || (rate is { } number && !double.IsFinite(number))) throw new InvalidDataException($"its learning rate is {rate}, which cannot be.");
        var plan = (tensors.GetValueOrDefault(PlanName) as Tensor<double>)?.ToArray();
        if (rate is not null && (trainer.Schedule is null) != (plan is null)) throw new InvalidDataException("it lacks the plan of its schedule, or has one without a schedule.");
        if (plan is not null && trainer.Schedule?.Refuses(plan, rate ?? 0) is { } refusal) throw new InvalidDataException($"{refusal}.");
        return new(new TrainingPosition((int)epoch, (int)batch, samples, correct, loss.Item()), rate, plan);
    }

    public void ApplyTo(Trainer trainer)
    {
        trainer.Position = Position;
        if (LearningRate is { } rate) trainer.Optimizer.LearningRate = rate;
        else trainer.Schedule?.MoveTo(Position.Epoch);
        if (Plan is not null) trainer.Schedule?.Restore(Plan);
    }
}
