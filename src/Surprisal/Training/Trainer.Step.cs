using Surprisal.Modules;

namespace Surprisal.Training;

public sealed partial class Trainer
{
    /// <summary>
    /// Makes one step from the batches; or none, where nothing counts or something is not finite, and then leaves everything as it was.
    /// </summary>
    private void Learn(List<Batch> batches, bool areOwned, BufferSnapshot buffers)
    {
        buffers.Take();
        using var step = Step(batches, areOwned);
        Optimizer.ZeroGrad();
        try
        {
            var (next, before, hasGradient, divisor) = (Position, 0L, false, (double?)null);
            for (var i = 0; i < batches.Count; i++)
            {
                var batch = batches[i];
                using var part = batches.Count > 1 ? Tensor.Step() : default; // of the large batch's memory only a part at a time
                if (batches.Count > 1) StepRows.Enter(before, batch.Inputs.Shape[0]);
                if (i > 0) buffers.RestoreCounts();
                before += batch.Inputs.Shape[0];
                var counted = new LossAccumulator();
                var outputs = Objective.Run(Model, batch.Inputs);
                if (batches.Count > 1) divisor ??= batches.Sum(each => Objective.Divisor(each, outputs));
                var value = Objective.Forward(outputs, batch, counted, divisor is 0 ? null : divisor);
                next = Advanced(next, outputs, batch, counted);
                if (counted.IsFinite && (divisor ?? counted.Divisor) == 0) continue;
                if (counted.IsFinite)
                {
                    value.Backward();
                    hasGradient = true;
                    if (!Optimizer.Parameters.Any(FirstNonFinite.HasGradient)) continue;
                }
                buffers.Restore(); // so that a second forward pass draws the same masks
                if (!KeepGoing) throw FirstNonFinite.Explain(this, batch, Position.Batch + 1 + i, value, counted);
                Skip(batches.Count, buffers);
                return;
            }
            Conclude(hasGradient, next, batches.Count, buffers);
        }
        catch
        {
            Undo(buffers);
            throw;
        }
        finally
        {
            StepRows.Enter(0, 0);
        }
    }

    /// <summary>Leaves out the batches of a step, one of which is not finite.</summary>
    private void Skip(int batches, BufferSnapshot buffers)
    {
        Undo(buffers);
        Position = Position with { Batch = Position.Batch + batches, Skipped = Position.Skipped + batches };
    }

    /// <summary>Ends a step: the parameters move, or where nothing counted all is as before.</summary>
    private void Conclude(bool hasGradient, TrainingPosition next, int batches, BufferSnapshot buffers)
    {
        if (hasGradient) Move();
        else Undo(buffers);
        Position = hasGradient ? next : next with { Empty = next.Empty + batches };
    }

    /// <summary>Moves the parameters along the gradients, within the limits.</summary>
    private void Move()
    {
        if (MaxGradientValue is { } value) GradientClipping.ByValue(Optimizer.Parameters, value);
        if (MaxGradientNorm is { } norm) GradientClipping.ByNorm(Optimizer.Parameters, norm);
        Optimizer.Step();
    }

    /// <summary>A step of the loop, which batches that nobody else holds belong to.</summary>
    private static StepScope Step(IEnumerable<Batch> batches, bool areOwned)
    {
        var step = Tensor.Step();
        if (!areOwned) return step;
        foreach (var batch in batches)
        {
            StepScope.Note(batch.Inputs);
            StepScope.Note(batch.Targets);
            if (batch.Probabilities is { } probabilities) StepScope.Note(probabilities);
        }
        return step;
    }

    /// <summary>The loader, with a last batch of one sample joined to the one before it if the model cannot train on one.</summary>
    private DataLoader JoinSingleSample(DataLoader train, BufferSnapshot buffers)
    {
        if (train.BatchCount == 1 || train.SampleCount % train.BatchSize != 1) return train;
        try
        {
            Model.Forward(Tensor.Zeros<float>([1, .. train.Dataset.SampleShape]));
            return train;
        }
        catch (ArgumentException error) when (error.Message.StartsWith(BatchNorm.OneValue, StringComparison.Ordinal))
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
        Optimizer.ZeroGrad();
    }

    /// <summary>The position after one more batch that counts.</summary>
    private TrainingPosition Advanced(TrainingPosition position, Tensor<float> outputs, Batch batch, LossAccumulator counted)
    {
        var (samples, correct) = Objective.Count(outputs, batch);
        return position with
        {
            Batch = position.Batch + 1,
            Samples = position.Samples + samples,
            Correct = position.Correct + correct,
            LossSum = position.LossSum + counted.Sum,
            LossDivisor = position.LossDivisor + counted.Divisor,
        };
    }
}
