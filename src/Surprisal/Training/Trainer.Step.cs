using Surprisal.Modules;

namespace Surprisal.Training;

public sealed partial class Trainer
{
    /// <summary>Makes one step; or none, where nothing counts or something is not finite, and then leaves everything as it was.</summary>
    private void Learn(Batch batch, bool isOwned, BufferSnapshot buffers)
    {
        buffers.Take();
        using var step = Step(batch, isOwned);
        Optimizer.ZeroGrad();
        try
        {
            var counted = new LossAccumulator();
            var logits = Model.Forward(batch.Inputs);
            var value = Objective.Forward(logits, batch.Targets, counted);
            if (counted.IsFinite && counted.Divisor == 0)
            {
                Undo(buffers);
                Position = Advanced(logits, batch.Targets, counted) with { Empty = Position.Empty + 1 };
                return;
            }
            if (counted.IsFinite)
            {
                value.Backward();
                if (!Optimizer.Parameters.Any(FirstNonFinite.HasGradient))
                {
                    if (MaxGradientNorm is { } maximum) GradientClipping.ByNorm(Optimizer.Parameters, maximum);
                    Optimizer.Step();
                    Position = Advanced(logits, batch.Targets, counted);
                    return;
                }
            }
            buffers.Restore(); // so that a second forward pass draws the same masks
            if (!KeepGoing) throw FirstNonFinite.Explain(this, batch, value, counted);
            Undo(buffers);
            Position = Position with { Batch = Position.Batch + 1, Skipped = Position.Skipped + 1 };
        }
        catch
        {
            Undo(buffers);
            throw;
        }
    }

    /// <summary>A step of the loop, which a batch that nobody else holds belongs to.</summary>
    private static StepScope Step(Batch batch, bool isOwned)
    {
        var step = Tensor.Step();
        if (!isOwned) return step;
        StepScope.Note(batch.Inputs);
        StepScope.Note(batch.Targets);
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
        Optimizer.ZeroGrad();
    }

    /// <summary>The position after a batch that counts.</summary>
    private TrainingPosition Advanced(Tensor<float> logits, Tensor<long> targets, LossAccumulator counted)
    {
        var predicted = logits.ArgMax(1);
        var (samples, correct) = (0, 0);
        for (var n = 0; n < targets.Length; n++)
        {
            if (targets.Span[n] == Objective.IgnoreIndex) continue;
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
