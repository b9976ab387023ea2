namespace Surprisal.Training;

/// <summary>How far training has come: finished epochs, and what has been counted of the one under way.</summary>
/// <param name="Epoch">Finished epochs.</param>
/// <param name="Batch">Finished batches of the epoch under way, those without a step included.</param>
/// <param name="Samples">Samples seen in it; not those that are ignored or were in a skipped batch.</param>
/// <param name="Correct">Of them, those predicted correctly at the time.</param>
/// <param name="LossSum">The sum of their losses, weighted as the loss weighs them, in nats.</param>
/// <param name="LossDivisor">What that sum is divided by: the number of samples, or the sum of their weights.</param>
/// <param name="Empty">Batches that made no step because nothing in them counts: every sample is ignored, or of weight 0.</param>
/// <param name="Skipped">Batches that were undone because their loss or a gradient was not finite.</param>
public sealed record TrainingPosition(
    int Epoch = 0,
    int Batch = 0,
    long Samples = 0,
    long Correct = 0,
    double LossSum = 0,
    double LossDivisor = 0,
    int Empty = 0,
    int Skipped = 0)
{
    /// <summary>The mean loss of the epoch under way, in nats; NaN before its first batch.</summary>
    public double Loss => LossSum / LossDivisor;

    /// <summary>The share of correct predictions in the epoch under way; NaN before its first batch.</summary>
    public double Accuracy => (double)Correct / Samples;
}
