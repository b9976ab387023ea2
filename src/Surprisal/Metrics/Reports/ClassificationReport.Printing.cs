using System.Globalization;
using System.Text;

namespace Surprisal.Metrics;

public sealed partial class ClassificationReport
{
    /// <summary>The table: rows, loss, accuracy, ranking, calibration, the worst classes, the confused pairs, the hardest rows.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Line(text, "rows", $"{Counted} counted, {Ignored} ignored, {ZeroWeight} of weight 0, {Invalid} invalid, " +
            $"{NotNormalised} not normalised, {InfiniteLoss} of infinite loss");
        Line(text, "loss", $"{Number(Loss, LossInterval)}, perplexity {Number(Perplexity)}, {Number(Bits)} bits");
        Line(text, "accuracy", $"{Number(Accuracy, AccuracyInterval)}" +
            (confusion.Classes > TopK ? $", top-{TopK} {Number(TopKAccuracy)}" : "") + $", balanced {Number(BalancedAccuracy)}, macro F1 " +
            $"{Number(MacroF1, MacroF1Interval)}, MCC {Number(MatthewsCorrelation)}, kappa {Number(Kappa)}");
        if (options.HasRanking)
            Line(text, "ranking", $"AUC {Number(Auc)} (+-{Short(AucError)}), " +
                $"AP {Number(AveragePrecision.Lower)} to {Number(AveragePrecision.Upper)}, of {AucClasses} classes");
        Line(text, "calibration", $"Brier {Number(Brier, BrierInterval)}, ECE {Number(Ece, EceInterval)}, " +
            $"MCE {Number(MaximumCalibrationError)}, ECE of equal mass {Number(EqualMassEce)}" +
            (options.HasClassCalibration ? $", class-wise {Number(ClassWiseEce)}" : ""));
        var worst = Occurring.OrderBy(static c => double.IsNaN(c.F1) ? 2 : c.F1).ThenBy(static c => c.Class).Take(10).ToList();
        if (worst.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"{"class",-12}{"support",10}{"precision",11}{"recall",9}{"F1",9}{"loss",9}\n");
        foreach (var c in worst)
            text.Append(CultureInfo.InvariantCulture, $"{c.Class,-12}{c.Support,10:0.####}{Ratio(c.Hits, c.Predicted, c.Precision),11}" +
                $"{Ratio(c.Hits, c.Support, c.Recall),9}{Number(c.F1),9}{Number(c.Loss),9}\n");
        if (!confusion.HasPairs) Line(text, "confused", "more than 2^22 different pairs, not kept");
        foreach (var pair in ConfusedPairs) Line(text, "confused", $"{pair.Target} for {pair.Predicted}, {pair.Count:0.####} times");
        foreach (var row in HardestRows.Take(5))
            Line(text, "hardest",
                $"row {row.Row}: loss {Number(row.Loss)}, {row.Target} taken for {row.Predicted} ({Number(row.Confidence)})");
        return text.ToString().TrimEnd('\n');
    }

    private static void Line(StringBuilder text, string name, string what) =>
        text.Append(CultureInfo.InvariantCulture, $"{name,-12}{what}\n");

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private static string Short(double value) => value.ToString("0.#e+0", CultureInfo.InvariantCulture);

    private static string Number(double value, Interval interval) =>
        double.IsNaN(interval.Lower) ? Number(value) : $"{Number(value)} +-{Number(interval.HalfWidth)}";

    /// <summary>A ratio, or - where it is 0 / 0.</summary>
    private static string Ratio(double a, double b, double value) => a == 0 && b == 0 ? "-" : Number(value);
}
