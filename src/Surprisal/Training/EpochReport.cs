namespace Surprisal.Training;

/// <summary>What one epoch brought.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="LearningRate">The rate that it was trained with.</param>
/// <param name="TrainLoss">The mean loss while training, in nats: the sum of all losses over the sum of all divisors, whatever the
/// batches.</param>
/// <param name="TrainAccuracy">The share of correct predictions while training, of the samples that are not ignored.</param>
/// <param name="TestLoss">The mean loss on the test set after the epoch, in nats.</param>
/// <param name="Test">The predictions on the test set after the epoch.</param>
/// <param name="Empty">Batches that made no step because nothing in them counts.</param>
/// <param name="Skipped">Batches that were undone because their loss or a gradient was not finite.</param>
public sealed record EpochReport(
    int Epoch, double LearningRate, double TrainLoss, double TrainAccuracy, double TestLoss, Accuracy Test, int Empty = 0, int Skipped = 0);
