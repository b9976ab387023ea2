namespace Surprisal.Metrics;

/// <summary>A bin of a reliability diagram.</summary>
/// <param name="Upper">Its upper edge, which is in it; the lower one is in the bin before.</param>
/// <param name="Count">How many rows are in it, or what they weigh.</param>
/// <param name="Confidence">Their mean confidence; NaN of an empty bin.</param>
/// <param name="HitRate">The share of them that was right, of one column the share of class 1; NaN of an empty bin.</param>
public readonly record struct CalibrationBin(double Upper, double Count, double Confidence, double HitRate);
