namespace Surprisal;

/// <summary>What losses over logits of classes can be told: each option as it was given, or an error that says what it must be.</summary>
internal static class LogitOptions
{
    public static double LabelSmoothing(double value) => Checked(value, value is >= 0 and <= 1, nameof(LabelSmoothing),
        $"label_smoothing must be between 0.0 and 1.0. Got: {value}");

    public static double ZLoss(double value) => Checked(value, value >= 0 && double.IsFinite(value), nameof(ZLoss),
        $"ZLoss is {value}; it scales a penalty, so it must be 0 or more and finite.");

    public static double? SoftCap(double? value) => value is { } cap ? Positive(cap, nameof(SoftCap), "it bounds the logits") : null;

    public static double Temperature(double value) => Positive(value, nameof(Temperature), "it divides the logits");

    private static double Positive(double value, string name, string why) => Checked(value, value > 0 && double.IsFinite(value), name,
        $"{name} is {value}; {why}, so it must be positive and finite.");

    private static double Checked(double value, bool isLegal, string name, string message) =>
        isLegal ? value : throw new ArgumentOutOfRangeException(name, value, message);
}
