namespace Surprisal.Cli.Report;

/// <summary>Predictions whose confidences are near each other.</summary>
/// <param name="Low">The least confidence of the bin, 0 .. 1.</param>
/// <param name="High">The most.</param>
/// <param name="Confidence">Their mean confidence; NaN where there are none.</param>
/// <param name="Accuracy">The share that is right; NaN where there are none.</param>
/// <param name="Count">How many there are.</param>
internal sealed record ReliabilityBin(double Low, double High, double Confidence, double Accuracy, long Count);
