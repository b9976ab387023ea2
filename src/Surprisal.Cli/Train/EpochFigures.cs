namespace Surprisal.Cli;

/// <summary>What is kept of an epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="LearningRate">That it was trained with.</param>
/// <param name="TrainLoss">In nats, while training.</param>
/// <param name="TrainAccuracy">The share that was right, while training.</param>
/// <param name="ValidationLoss">In nats, after it.</param>
/// <param name="ValidationAccuracy">The share that was right, after it.</param>
/// <param name="ValidationScore">See <see cref="Models.Evaluated.Score"/>; null where there is none.</param>
internal sealed record EpochFigures(
    int Epoch,
    double LearningRate,
    double TrainLoss,
    double TrainAccuracy,
    double ValidationLoss,
    double ValidationAccuracy,
    double? ValidationScore = null);
