namespace Surprisal.Metrics;

/// <summary>A row with a large loss.</summary>
/// <param name="Row">Its global number, from 0.</param>
/// <param name="Loss">Its loss in nats, before sample weights.</param>
/// <param name="Target">The class that it is.</param>
/// <param name="Predicted">The class that it was taken for.</param>
/// <param name="Confidence">The probability of the predicted class.</param>
public readonly record struct HardRow(long Row, double Loss, int Target, int Predicted, double Confidence);
