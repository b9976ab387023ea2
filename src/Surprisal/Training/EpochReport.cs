using System.Globalization;

namespace Surprisal.Training;

/// <summary>What one epoch brought.</summary>
public sealed record EpochReport
{
    /// <summary>Its number, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The rate that it was trained with; under a schedule that counts steps, the one that it ended with.</summary>
    public required double LearningRate { get; init; }

    /// <summary>
    /// The mean loss while training, in nats: the sum of all losses over the sum of all divisors, whatever the batches.
    /// </summary>
    public required double TrainLoss { get; init; }

    /// <summary>
    /// The share of correct predictions while training, of the samples that are not ignored: of pixels in a segmentation, of samples all of
    /// whose labels are right where they have several. NaN of a language model.
    /// </summary>
    public required double TrainAccuracy { get; init; }

    /// <summary>Loss and predictions on the validation set after the epoch.</summary>
    public required EvaluationReport Validation { get; init; }

    /// <summary>Whether it is the best epoch so far, by the trainer's <see cref="Criterion"/>.</summary>
    public bool IsBest { get; init; }

    /// <summary>
    /// The share of the training time spent waiting for the loader's batches, from 0 to 1: where it is large, the data are the bottleneck.
    /// Of an epoch that was resumed, that of its rest.
    /// </summary>
    public double WaitingShare { get; init; }

    /// <summary>Batches that made no step because nothing in them counts.</summary>
    public int Empty { get; init; }

    /// <summary>Batches that were undone because their loss or a gradient was not finite.</summary>
    public int Skipped { get; init; }

    /// <summary>One line: epoch 3: loss 0.1234, accuracy 0.961; validation loss 0.1502, accuracy 0.953.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"epoch {Epoch}: loss {TrainLoss:F4}{(Validation.Tokens is null ? $", accuracy {TrainAccuracy:F3}" : "")}; " +
        $"validation {Validation.Brief}");
}
