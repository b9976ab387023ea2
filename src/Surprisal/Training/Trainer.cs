using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>The loop: data, model, loss, gradients, step.</summary>
/// <param name="model">Inputs to logits.</param>
/// <param name="loss">Logits and targets to one number; with <see cref="Reduction.Mean"/>, as a report's means assume.</param>
/// <param name="optimizer">Over the model's parameters.</param>
public sealed class Trainer(Module model, ClassIndexLoss loss, Optimizer optimizer)
{
    /// <summary>How far training has come; set it to go on from a checkpoint.</summary>
    public TrainingPosition Position { get; set; } = new();

    /// <summary>Changes the learning rate after each epoch. Default null: it stays.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>The largest common norm of all gradients. Default null: no limit.</summary>
    public double? MaxGradientNorm { get; init; }

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
    /// <param name="stop">Ends training after the batch under way; the position tells where.</param>
    public IEnumerable<EpochReport> Fit(DataLoader train, DataLoader test, int epochs, Action<TrainingPosition>? onBatch = null, CancellationToken stop = default)
    {
        while (Position.Epoch < epochs)
        {
            var rate = optimizer.LearningRate;
            model.Train();
            foreach (var batch in train.Epoch(Position.Epoch, Position.Batch))
            {
                Learn(batch);
                onBatch?.Invoke(Position);
                if (stop.IsCancellationRequested) break;
            }
            if (Position.Batch < train.Batches) yield break;
            var finished = Position;
            var (testLoss, accuracy) = Evaluate(test);
            Schedule?.Step();
            Position = new TrainingPosition(finished.Epoch + 1);
            yield return new EpochReport(finished.Epoch + 1, rate, finished.Loss, finished.Accuracy, testLoss, accuracy);
            if (stop.IsCancellationRequested) yield break;
        }
    }

    /// <summary>The mean loss and the predictions of the model, in evaluation mode, over one pass of the loader.</summary>
    public (double Loss, Accuracy Accuracy) Evaluate(DataLoader loader)
    {
        using var scope = Tensor.NoGrad();
        model.Eval();
        var accuracy = new Accuracy(loader.Dataset.ClassNames.Count);
        var sum = 0.0;
        foreach (var batch in loader.Epoch(0))
        {
            var logits = model.Forward(batch.Inputs);
            sum += (double)loss.Forward(logits, batch.Targets).Item() * batch.Targets.Length;
            accuracy.Add(logits, batch.Targets);
        }
        return (sum / accuracy.Samples, accuracy);
    }

    private void Learn(Batch batch)
    {
        var logits = model.Forward(batch.Inputs);
        var value = loss.Forward(logits, batch.Targets);
        optimizer.ZeroGrad();
        value.Backward();
        if (MaxGradientNorm is { } maximum) GradientClipping.ByNorm(optimizer.Parameters, maximum);
        optimizer.Step();
        Count(logits, batch.Targets, value.Item());
    }

    private void Count(Tensor<float> logits, Tensor<long> targets, double mean)
    {
        var predicted = logits.ArgMax(1);
        var correct = 0;
        for (var n = 0; n < targets.Length; n++)
            if (predicted.Span[n] == targets.Span[n]) correct++;
        Position = Position with
        {
            Batch = Position.Batch + 1,
            Samples = Position.Samples + targets.Length,
            Correct = Position.Correct + correct,
            LossSum = Position.LossSum + mean * targets.Length,
        };
    }
}
