using System.Globalization;
using Surprisal.Metrics;

namespace Surprisal.Training;

/// <summary>What one epoch brought.</summary>
public sealed record EpochReport
{
    /// <summary>Its number, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The rate that it was trained with.</summary>
    public required double LearningRate { get; init; }

    /// <summary>
    /// The mean loss while training, in nats: the sum of all losses over the sum of all divisors, whatever the batches.
    /// </summary>
    public required double TrainLoss { get; init; }

    /// <summary>The share of correct predictions while training, of the samples that are not ignored.</summary>
    public required double TrainAccuracy { get; init; }

    /// <summary>The mean loss on the test set after the epoch, in nats.</summary>
    public required double TestLoss { get; init; }

    /// <summary>The predictions on the test set after the epoch.</summary>
    public required ClassificationReport Test { get; init; }

    /// <summary>Batches that made no step because nothing in them counts.</summary>
    public int Empty { get; init; }

    /// <summary>Batches that were undone because their loss or a gradient was not finite.</summary>
    public int Skipped { get; init; }

    /// <summary>One line: epoch 3: loss 0.1234, accuracy 0.961; test loss 0.1502, accuracy 0.953.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"epoch {Epoch}: loss {TrainLoss:F4}, accuracy {TrainAccuracy:F3}; test loss {TestLoss:F4}, accuracy {Test.Accuracy:F3}");
}
