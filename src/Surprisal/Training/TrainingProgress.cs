namespace Surprisal.Training;

/// <summary>
/// The numbers of a checkpoint that are neither the model's nor the optimizer's memory: position, learning rate, the schedule's plan, the
/// best epoch and how long early stopping has waited.
/// </summary>
/// <param name="Position">How far training has come.</param>
/// <param name="LearningRate">The present rate; null where the file is of version 1, which had none.</param>
/// <param name="Plan">See <see cref="Schedule.State"/>; null without a schedule.</param>
/// <param name="Best">Null where there is none, and where the file is older than version 3.</param>
/// <param name="Waiting">See <see cref="EpochSelection.Waiting"/>.</param>
internal sealed record TrainingProgress(
    TrainingPosition Position, double? LearningRate, double[]? Plan, BestEpoch? Best, (double Reference, int Wait) Waiting)
{
    private const string PositionName = "position", LossName = "loss_sum", RateName = "learning_rate", PlanName = "schedule",
        BestName = "best", BestPrefix = "best.";

    /// <summary>What every file since version 3 has.</summary>
    public const string WaitingName = "early_stopping";

    public static TrainingProgress Capture(Trainer trainer) => new(
        trainer.Position, trainer.Optimizer.LearningRate, trainer.Schedule?.State, trainer.Best, trainer.Selection.Waiting);

    public void AddTo(Dictionary<string, Tensor> tensors)
    {
        tensors.Add(PositionName,
            Tensor.Create<long>([Position.Epoch, Position.Batch, Position.Samples, Position.Correct, Position.Empty, Position.Skipped]));
        tensors.Add(LossName, Tensor.Create<double>([Position.LossSum, Position.LossDivisor]));
        tensors.Add(RateName, Tensor.Create([LearningRate!.Value]));
        if (Plan is not null) tensors.Add(PlanName, Tensor.Create<double>(Plan));
        tensors.Add(WaitingName, Tensor.Create<double>([Waiting.Reference, Waiting.Wait]));
        if (Best is null) return;
        tensors.Add(BestName, Tensor.Create<double>([Best.Epoch, Best.Value]));
        foreach (var (name, tensor) in Best.State) tensors.Add(BestPrefix + name, tensor);
    }

    /// <exception cref="InvalidDataException">Numbers that are missing or cannot be; the message is the reason alone.</exception>
    public static TrainingProgress Read(IReadOnlyDictionary<string, Tensor> tensors, Trainer trainer, DataLoader train)
    {
        var position = ReadPosition(tensors, train);
        var rate = (tensors.GetValueOrDefault(RateName) as Tensor<double>)?.Item();
        if (rate is < 0 || (rate is { } number && !double.IsFinite(number)))
            throw new InvalidDataException($"its learning rate is {rate}, which cannot be.");
        var plan = (tensors.GetValueOrDefault(PlanName) as Tensor<double>)?.ToArray();
        if (rate is not null && (trainer.Schedule is null) != (plan is null))
            throw new InvalidDataException("it lacks the plan of its schedule, or has one without a schedule.");
        if (plan is not null && trainer.Schedule?.Fits(plan) == false)
            throw new InvalidDataException($"the plan of its schedule is [{string.Join(", ", plan)}], which cannot be.");
        return new(position, rate, plan, ReadBest(tensors, trainer, position), ReadWaiting(tensors));
    }

    private static BestEpoch? ReadBest(IReadOnlyDictionary<string, Tensor> tensors, Trainer trainer, TrainingPosition position)
    {
        if (!tensors.TryGetValue(BestName, out var best)) return null;
        if (best is not Tensor<double> { Rank: 1, Length: 2 } numbers || !double.IsInteger(numbers.Span[0])
            || !(numbers.Span[0] >= 1 && numbers.Span[0] <= position.Epoch) || double.IsNaN(numbers.Span[1]))
            throw new InvalidDataException($"its best epoch is {best}, which cannot be after {position.Epoch} epochs.");
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, present) in trainer.Model.StateDictionary())
            state.Add(name, tensors.TryGetValue(BestPrefix + name, out var saved) && saved.GetType() == present.GetType()
                && saved.Shape == present.Shape ? saved
                : throw new InvalidDataException($"of its best epoch {name} is missing, or no {present.ElementName} {present.Shape}."));
        return new() { Epoch = (int)numbers.Span[0], Value = numbers.Span[1], State = EpochSelection.Copy(state) };
    }

    private static (double Reference, int Wait) ReadWaiting(IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (!tensors.TryGetValue(WaitingName, out var waiting)) return (double.NaN, 0);
        return waiting is Tensor<double> { Rank: 1, Length: 2 } numbers && double.IsInteger(numbers.Span[1])
            && numbers.Span[1] is >= 0 and <= int.MaxValue
            ? (numbers.Span[0], (int)numbers.Span[1])
            : throw new InvalidDataException($"the state of its early stopping is {waiting}, which cannot be.");
    }

    private static TrainingPosition ReadPosition(IReadOnlyDictionary<string, Tensor> tensors, DataLoader train)
    {
        if (tensors.GetValueOrDefault(PositionName) is not Tensor<long> { Rank: 1 } counts
            || tensors.GetValueOrDefault(LossName) is not Tensor<double> { Rank: 1 } losses
            || (counts.Length, losses.Length) is not ((6, 2) or (4, 1)))
            throw new InvalidDataException("it lacks the position of the training.");
        var isFirstVersion = counts.Length == 4; // whose mean was over the samples
        var at = counts.Span;
        var (epoch, batch, samples, correct, empty, skipped) =
            (at[0], at[1], at[2], at[3], isFirstVersion ? 0 : at[4], isFirstVersion ? 0 : at[5]);
        var isPossible = epoch is >= 0 and <= int.MaxValue && batch >= 0 && batch <= train.BatchCount && correct >= 0 && correct <= samples
            && empty >= 0 && skipped >= 0 && empty <= batch - skipped;
        if (!isPossible)
            throw new InvalidDataException(
                $"its position is epoch {epoch}, batch {batch} of {train.BatchCount}, {correct} of {samples} samples correct, " +
                $"{empty} batches empty and {skipped} skipped, which cannot be.");
        return new TrainingPosition
        {
            Epoch = (int)epoch, Batch = (int)batch, Samples = samples, Correct = correct, LossSum = losses.Span[0],
            LossDivisor = isFirstVersion ? samples : losses.Span[1], Empty = (int)empty, Skipped = (int)skipped,
        };
    }

    public void ApplyTo(Trainer trainer)
    {
        trainer.Position = Position;
        if (LearningRate is { } rate) trainer.Optimizer.LearningRate = rate;
        else trainer.Schedule?.MoveTo(Position.Epoch);
        if (Plan is not null) trainer.Schedule?.Restore(Plan);
        trainer.Selection.Restore(Best, Waiting);
    }
}
