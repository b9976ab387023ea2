namespace Surprisal.Training;

/// <summary>How far training has come: finished epochs, and what has been counted of the one under way.</summary>
/// <param name="Epoch">Finished epochs.</param>
/// <param name="Batch">Finished batches of the epoch under way.</param>
/// <param name="Samples">Samples seen in it.</param>
/// <param name="Correct">Of them, those predicted correctly at the time.</param>
/// <param name="LossSum">The sum of their losses, in nats.</param>
public sealed record TrainingPosition(int Epoch = 0, int Batch = 0, long Samples = 0, long Correct = 0, double LossSum = 0)
{
    /// <summary>The mean loss of the epoch under way, in nats; NaN before its first batch.</summary>
    public double Loss => LossSum / Samples;

    /// <summary>The share of correct predictions in the epoch under way; NaN before its first batch.</summary>
    public double Accuracy => (double)Correct / Samples;
}
