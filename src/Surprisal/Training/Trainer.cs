using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>The loop: data, model, loss, gradients, step.</summary>
/// <param name="model">Inputs to logits.</param>
/// <param name="loss">Logits and targets to one number. Steps go down its reduction, and without one its mean; what is reported is the mean
/// over all batches.</param>
/// <param name="optimizer">Over the model's parameters.</param>
public sealed class Trainer(Module model, ClassIndexLoss loss, Optimizer optimizer)
{
    // A batch without a divisor makes no step, so its mean needs no value and is no error.
    private readonly ClassIndexLoss objective = loss with
    {
        WhenEmpty = EmptyMean.Zero, Reduction = loss.Reduction == Reduction.None ? Reduction.Mean : loss.Reduction,
    };

    /// <summary>How far training has come; set it to go on from a checkpoint.</summary>
    public TrainingPosition Position { get; set; } = new();

    /// <summary>Changes the learning rate after each epoch. Default null: it stays.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>The largest common norm of all gradients. Default null: no limit.</summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>
    /// Whether a batch whose loss or gradient is not finite is undone, counted in <see cref="TrainingPosition.Skipped"/> and passed over.
    /// Default false: it is undone, and training ends with a <see cref="NonFiniteException"/>.
    /// </summary>
    public bool KeepGoing { get; init; }

    /// <summary>What is trained.</summary>
    public Module Model => model;

    /// <summary>Logits and targets to one number.</summary>
    public ClassIndexLoss Loss => loss;

    /// <summary>What moves the parameters.</summary>
    public Optimizer Optimizer => optimizer;

    /// <summary>Trains from the present position until <paramref name="epochs"/> are finished; one report an epoch, as it ends.</summary>
    /// <param name="train">Batches to learn from.</param>
    /// <param name="test">Batches to test with after each epoch.</param>
    /// <param name="epochs">Finished epochs at the end, those before the present position included.</param>
    /// <param name="onBatch">Called after each batch with the new position.</param>
    /// <param name="stop">Ends training after the batch under way, or in the test after the last one; the position tells where, and a test
    /// cut short begins again.</param>
    /// <remarks>
    /// Switches the model to training once, at the start; frozen modules stay in evaluation. See <see cref="Module.Freeze"/>.
    /// A last batch of one sample joins the batch before it where the model cannot train on one, for batch normalisation needs two values a
    /// channel.
    /// </remarks>
    /// <exception cref="InvalidOperationException">A schedule has brought the rate down to 0, so that more epochs would change
    /// nothing.</exception>
    /// <exception cref="NonFiniteException">
    /// A loss or a gradient is not finite, unless <see cref="KeepGoing"/>; the batch is undone, and the position is before it.
    /// </exception>
    public IEnumerable<EpochReport> Fit(
        DataLoader train, DataLoader test, int epochs, Action<TrainingPosition>? onBatch = null, CancellationToken stop = default)
    {
        if (Schedule is not null && optimizer.LearningRate == 0 && Position.Epoch > 0 && Position.Epoch < epochs)
            throw new InvalidOperationException(
                $"the learning rate has come down to 0 after {Position.Epoch} epochs, so more of them would change nothing; " +
                "set the optimizer's LearningRate to go on: the schedule plans the rest from there.");
        model.Train();
        var buffers = new BufferSnapshot(model);
        train = JoinSingleSample(train, buffers);
        while (Position.Epoch < epochs && !stop.IsCancellationRequested)
        {
            var rate = optimizer.LearningRate;
            foreach (var batch in train.Epoch(Position.Epoch, Position.Batch))
            {
                Learn(batch, buffers);
                onBatch?.Invoke(Position);
                if (stop.IsCancellationRequested) break;
            }
            if (Position.Batch < train.Batches) yield break;
            var finished = Position;
            if (Evaluate(test, stop) is not { } tested) yield break;
            var (testLoss, accuracy) = tested;
            Schedule?.Step();
            Position = new TrainingPosition(finished.Epoch + 1);
            yield return new EpochReport(finished.Epoch + 1, rate, finished.Loss, finished.Accuracy, testLoss, accuracy, finished.Empty,
                finished.Skipped);
        }
    }

    /// <summary>
    /// The mean loss and the predictions of the model, in evaluation mode, over one pass of the loader; every module's mode is afterwards
    /// what it was.
    /// </summary>
    /// <remarks>
    /// The mean is the sum of all losses over the sum of all divisors, so it does not depend on the size of the batches; ignored samples
    /// are in neither.
    /// </remarks>
    public (double Loss, Accuracy Accuracy) Evaluate(DataLoader loader) => Evaluate(loader, stop: default)!.Value;

    /// <summary>The mean loss and the predictions over one pass of the loader; null when it was stopped.</summary>
    private (double Loss, Accuracy Accuracy)? Evaluate(DataLoader loader, CancellationToken stop)
    {
        using var scope = Tensor.NoGrad();
        var training = model.NamedModules().Select(static named => named.Module).Where(static module => module.IsTraining).ToList();
        model.Eval();
        try
        {
            var accuracy = new Accuracy(loader.Dataset.ClassNames.Count, objective.IgnoreIndex);
            var losses = new LossAccumulator();
            foreach (var batch in loader.Epoch(0))
            {
                if (stop.IsCancellationRequested) return null;
                var logits = model.Forward(batch.Inputs);
                objective.Forward(logits, batch.Targets, accumulator: losses);
                accuracy.Add(logits, batch.Targets);
            }
            return (losses.Value, accuracy);
        }
        finally
        {
            foreach (var module in training) module.IsTraining = true;
        }
    }

    /// <summary>Makes one step; or none, where nothing counts or something is not finite, and then leaves everything as it was.</summary>
    private void Learn(Batch batch, BufferSnapshot buffers)
    {
        buffers.Take();
        optimizer.ZeroGrad();
        try
        {
            var counted = new LossAccumulator();
            var logits = model.Forward(batch.Inputs);
            var value = objective.Forward(logits, batch.Targets, accumulator: counted);
            if (counted.IsFinite && counted.Divisor == 0)
            {
                Undo(buffers);
                Position = Advanced(logits, batch.Targets, counted) with { Empty = Position.Empty + 1 };
                return;
            }
            if (counted.IsFinite)
            {
                value.Backward();
                if (!optimizer.Parameters.Any(FirstNonFinite.HasGradient))
                {
                    if (MaxGradientNorm is { } maximum) GradientClipping.ByNorm(optimizer.Parameters, maximum);
                    optimizer.Step();
                    Position = Advanced(logits, batch.Targets, counted);
                    return;
                }
            }
            buffers.Restore(); // so that a second forward pass draws the same masks
            if (!KeepGoing) throw FirstNonFinite.Explain(this, objective, batch, value, counted);
            Undo(buffers);
            Position = Position with { Batch = Position.Batch + 1, Skipped = Position.Skipped + 1 };
        }
        catch
        {
            Undo(buffers);
            throw;
        }
    }

    /// <summary>The loader, with a last batch of one sample joined to the one before it if the model cannot train on one.</summary>
    private DataLoader JoinSingleSample(DataLoader train, BufferSnapshot buffers)
    {
        if (train.Batches == 1 || train.Samples % train.BatchSize != 1) return train;
        try
        {
            model.Forward(Tensor.Zeros<float>([1, .. train.Dataset.SampleShape]));
            return train;
        }
        catch (ArgumentException error) when (error.Message.StartsWith(BatchNorm2d.OneValue, StringComparison.Ordinal))
        {
            return train.JoinLast();
        }
        finally
        {
            buffers.Restore();
        }
    }

    private void Undo(BufferSnapshot buffers)
    {
        buffers.Restore();
        optimizer.ZeroGrad();
    }

    /// <summary>The position after a batch that counts.</summary>
    private TrainingPosition Advanced(Tensor<float> logits, Tensor<long> targets, LossAccumulator counted)
    {
        var predicted = logits.ArgMax(1);
        var (samples, correct) = (0, 0);
        for (var n = 0; n < targets.Length; n++)
        {
            if (targets.Span[n] == objective.IgnoreIndex) continue;
            samples++;
            if (predicted.Span[n] == targets.Span[n]) correct++;
        }
        return Position with
        {
            Batch = Position.Batch + 1,
            Samples = Position.Samples + samples,
            Correct = Position.Correct + correct,
            LossSum = Position.LossSum + counted.Sum,
            LossDivisor = Position.LossDivisor + counted.Divisor,
        };
    }
}
