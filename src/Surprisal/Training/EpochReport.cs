namespace Surprisal.Training;

/// <summary>What one epoch brought.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="LearningRate">The rate that it was trained with.</param>
/// <param name="TrainLoss">The mean loss while training, in nats.</param>
/// <param name="TrainAccuracy">The share of correct predictions while training.</param>
/// <param name="TestLoss">The mean loss on the test set after the epoch, in nats.</param>
/// <param name="Test">The predictions on the test set after the epoch.</param>
public sealed record EpochReport(int Epoch, double LearningRate, double TrainLoss, double TrainAccuracy, double TestLoss, Accuracy Test);
