namespace Surprisal.Cli;

/// <summary>What is kept of an epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="LearningRate">That it was trained with.</param>
/// <param name="TrainLoss">In nats, while training.</param>
/// <param name="TrainAccuracy">The share that was right, while training.</param>
/// <param name="TestLoss">In nats, after it.</param>
/// <param name="TestAccuracy">The share that was right, after it.</param>
internal sealed record EpochFigures(
    int Epoch,
    double LearningRate,
    double TrainLoss,
    double TrainAccuracy,
    double TestLoss,
    double TestAccuracy);
