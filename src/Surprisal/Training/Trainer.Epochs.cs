using System.Diagnostics;

namespace Surprisal.Training;

public sealed partial class Trainer
{
    /// <summary>Trains from the present position until <paramref name="epochs"/> are finished, and returns one report an epoch.</summary>
    /// <remarks>It trains when it is called; <see cref="Epochs"/> trains while somebody asks for the next report.</remarks>
    /// <inheritdoc cref="Epochs"/>
    /// <example><code>
    /// var inputs = Tensor.Create&lt;float>([[0, 0], [0, 1], [1, 0], [1, 1]]);
    /// var data = new TensorDataset(inputs, Tensor.Create&lt;long>([0, 0, 1, 1]), ["left", "right"]);
    /// var loader = new DataLoader(data, batchSize: 4);
    /// var model = new Linear(2, 2, new Seed(0));
    /// var trainer = new Trainer(model, new CrossEntropyLoss(), new Sgd(model.Parameters(), learningRate: 1));
    /// var reports = trainer.Fit(loader, loader, epochs: 20);
    /// Console.WriteLine($"{reports.Count} epochs, {reports[^1].Validation.Metrics.Accuracy:F3}");     // 20 epochs, 1.000
    /// Console.WriteLine(trainer.Fit(loader, loader, epochs: 20).Count);       // 0
    /// </code></example>
    public IReadOnlyList<EpochReport> Fit(
        DataLoader train,
        DataLoader validation,
        int epochs,
        IProgress<TrainingPosition>? progress = null,
        CancellationToken cancellationToken = default) => [.. Epochs(train, validation, epochs, progress, cancellationToken)];

    /// <summary>
    /// Trains while it is enumerated, from the present position until <paramref name="epochs"/> are finished: one report an epoch, as it
    /// ends.
    /// </summary>
    /// <param name="train">Batches to learn from.</param>
    /// <param name="validation">Batches that decide after each epoch: see <see cref="Criterion"/>.</param>
    /// <param name="epochs">Finished epochs at the end, those before the present position included.</param>
    /// <param name="progress">Told the new position after each step.</param>
    /// <param name="cancellationToken">Ends training after the step under way, or in the validation after the last one, without an
    /// exception; the position tells where, and a validation cut short begins again. One that is cancelled already trains nothing.</param>
    /// <remarks>
    /// Switches the model to training once, at the start; frozen modules stay in evaluation. See <see cref="Modules.Module.Freeze"/>. The
    /// model has the last weights while it is enumerated, and those of the <see cref="Best"/> epoch afterwards, unless
    /// <see cref="KeepLast"/>.
    /// A last batch of one sample joins the batch before it where the model cannot train on one, for batch normalisation needs two values a
    /// channel.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A negative number of epochs.</exception>
    /// <exception cref="InvalidOperationException">A schedule has brought the rate down to 0, so that more epochs would change
    /// nothing.</exception>
    /// <exception cref="NonFiniteException">
    /// A loss or a gradient is not finite, unless <see cref="KeepGoing"/>; the step is undone, and the position is before it.
    /// </exception>
    public IEnumerable<EpochReport> Epochs(
        DataLoader train,
        DataLoader validation,
        int epochs,
        IProgress<TrainingPosition>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        if (Schedule is not null && Optimizer.LearningRate == 0 && Position.Epoch > 0 && Position.Epoch < epochs
            && !selection.HasEnded(EarlyStopping) && Schedule.IsZero(Schedule.Epoch + 1, EndOf(Schedule, train, epochs)))
            throw new InvalidOperationException(
                $"the learning rate has come down to 0 after {Position.Epoch} epochs, so more of them would change nothing; " +
                "set the optimizer's LearningRate to go on: the schedule plans the rest from there.");
        return Train(train, validation, epochs, progress, cancellationToken);
    }

    private IEnumerable<EpochReport> Train(
        DataLoader train, DataLoader validation, int epochs, IProgress<TrainingPosition>? progress, CancellationToken cancellationToken)
    {
        try
        {
            CheckGroup();
            if (Position.Epoch >= epochs || selection.HasEnded(EarlyStopping) || IsCancelled(cancellationToken)) yield break;
            selection.ShowLast(Model);
            Model.Train();
            var buffers = new BufferSnapshot(Model);
            parted = IsInParts ? new(this, buffers) : null;
            train = JoinFewRows(JoinSingleSample(train, buffers));
            for (var isLast = false; !isLast && Position.Epoch < epochs && !IsCancelled(cancellationToken);)
            {
                var (clock, waiting) = (Stopwatch.StartNew(), new Stopwatch());
                if (!LearnEpoch(train, buffers, waiting, progress, cancellationToken)) yield break;
                clock.Stop();
                var (finished, rate) = (Position, Optimizer.LearningRate);
                if (Evaluate(validation, cancellationToken) is not { } validated) yield break;
                var value = Criterion.Of(validated);
                var isBest = selection.Add(finished.Epoch + 1, value, Criterion, EarlyStopping, Model);
                if (Schedule is PlateauLr plateau) plateau.Step(Criterion.Lower(value));
                else if (Schedule is { Unit: ScheduleUnit.Epoch }) Schedule.Step();
                Position = new TrainingPosition { Epoch = finished.Epoch + 1 };
                var report = new EpochReport
                {
                    Epoch = finished.Epoch + 1, LearningRate = rate, TrainLoss = finished.Loss,
                    TrainAccuracy = Objective.HasAccuracy ? finished.Accuracy : double.NaN,
                    Validation = validated, IsBest = isBest, Empty = finished.Empty, Skipped = finished.Skipped,
                    WaitingShare = waiting.Elapsed / clock.Elapsed,
                };
                isLast = AfterEpoch?.Invoke(report) == true || selection.HasEnded(EarlyStopping);
                yield return report;
            }
        }
        finally
        {
            if (!KeepLast) selection.ShowBest(Model);
        }
    }

    /// <summary>The rest of the epoch under way; false where somebody stopped it.</summary>
    private bool LearnEpoch(
        DataLoader train,
        BufferSnapshot buffers,
        Stopwatch waiting,
        IProgress<TrainingPosition>? progress,
        CancellationToken cancellationToken) =>
        parted is null
            ? Steps(train.Epoch(Position.Epoch, Position.Batch), window => Learn(window, train.OwnsBatches, buffers),
                waiting, progress, () => IsCancelled(cancellationToken))
            : Steps(train.PartedEpoch(Position.Epoch, Position.Batch, parted.Exchange),
                window => LearnInParts(parted, window, train.OwnsBatches, buffers, cancellationToken),
                waiting, progress, () => IsCancelled(cancellationToken));

    private bool Steps<TBatch>(
        IEnumerable<TBatch> epoch,
        Action<List<TBatch>> learn,
        Stopwatch waiting,
        IProgress<TrainingPosition>? progress,
        Func<bool> mustStop)
    {
        var window = new List<TBatch>(AccumulateSteps);
        using var batches = epoch.GetEnumerator();
        while (Read())
        {
            learn(window);
            if (Schedule is { Unit: ScheduleUnit.Step }) Schedule.Step();
            progress?.Report(Position);
            if ((AfterStep?.Invoke(Position) == true && Stops()) || mustStop()) return false;
        }
        return true;

        bool Read()
        {
            waiting.Start();
            window.Clear();
            while (window.Count < AccumulateSteps && batches.MoveNext()) window.Add(batches.Current);
            waiting.Stop();
            return window.Count > 0;
        }
    }

    /// <summary>What the schedule has counted when so many epochs are finished.</summary>
    private int EndOf(Schedule schedule, DataLoader train, int epochs)
    {
        var steps = schedule.Unit == ScheduleUnit.Step ? Kernels.Partition.Pieces(train.BatchCount, AccumulateSteps) : 1;
        return (int)Math.Min(int.MaxValue, schedule.Epoch + (long)(epochs - Position.Epoch) * steps);
    }
}
