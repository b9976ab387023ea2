namespace Surprisal.Metrics;

/// <summary>A class that was taken for another.</summary>
/// <param name="Target">The class that the rows are.</param>
/// <param name="Predicted">The class that they were taken for.</param>
/// <param name="Count">How often, in rows or their weights.</param>
public readonly record struct ConfusedPair(int Target, int Predicted, double Count);
