using System.Globalization;

namespace Surprisal.Training;

/// <summary>How far training has come: finished epochs, and what has been counted of the one under way.</summary>
public sealed record TrainingPosition
{
    /// <summary>Finished epochs.</summary>
    public int Epoch { get; init; }

    /// <summary>Finished batches of the epoch under way, those without a step included.</summary>
    public int Batch { get; init; }

    /// <summary>Samples seen in it; not those that are ignored or were in a skipped batch.</summary>
    public long Samples { get; init; }

    /// <summary>Of them, those predicted correctly at the time.</summary>
    public long Correct { get; init; }

    /// <summary>The sum of their losses, weighted as the loss weighs them, in nats.</summary>
    public double LossSum { get; init; }

    /// <summary>What that sum is divided by: the number of samples, or the sum of their weights.</summary>
    public double LossDivisor { get; init; }

    /// <summary>Batches that made no step because nothing in them counts: every sample is ignored, or of weight 0.</summary>
    public int Empty { get; init; }

    /// <summary>Batches that were undone because their loss or a gradient was not finite.</summary>
    public int Skipped { get; init; }

    /// <summary>The mean loss of the epoch under way, in nats; NaN before its first batch.</summary>
    public double Loss => LossSum / LossDivisor;

    /// <summary>The share of correct predictions in the epoch under way; NaN before its first batch.</summary>
    public double Accuracy => (double)Correct / Samples;

    /// <summary>One line: after 2 epochs and 30 batches: loss 0.1234, accuracy 0.961.</summary>
    public override string ToString() => $"after {Epoch} epochs and {Batch} batches" +
        (Samples == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $": loss {Loss:F4}, accuracy {Accuracy:F3}"));
}
