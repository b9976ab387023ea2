using System.Globalization;
using Surprisal.Metrics;

namespace Surprisal.Cli.Compare;

/// <summary>What is known of two models on the same rows, and what is said of it.</summary>
internal sealed record Comparison
{
    public Comparison(ComparedModel a, ComparedModel b, RowComparison? rows, MetricComparison difference)
    {
        (A, B, Rows) = (a, b, rows);
        var (x, y) = (a.Report, b.Report);
        Numbers =
        [
            new("log-loss", x.Loss, y.Loss, difference.Loss, difference.LossInterval),
            new("accuracy", x.Accuracy, y.Accuracy, difference.Accuracy, difference.AccuracyInterval, IsLoss: false),
            new("Brier", x.Brier, y.Brier, difference.Brier, difference.BrierInterval),
            new("ECE", x.Ece, y.Ece, difference.Ece, difference.EceInterval),
        ];
    }

    public ComparedModel A { get; }

    public ComparedModel B { get; }

    /// <summary>Null where rows are not known.</summary>
    public RowComparison? Rows { get; }

    /// <summary>Why rows are not known; empty where they are.</summary>
    public string WithoutRows { get; init; } = "";

    public IReadOnlyList<ComparedNumber> Numbers { get; }

    public ComparedNumber Loss => Numbers[0];

    public ComparedNumber Accuracy => Numbers[1];

    public ComparedNumber Ece => Numbers[3];

    /// <summary>Which model is better calibrated, in a sentence.</summary>
    public string Calibration => double.IsNaN(Ece.Difference)
        ? A.Report.Counted == 0 ? "calibration: no row to judge it by."
            : "calibration: not comparable, for one model has one column and the other two."
        : Ece.Better is { } better ? $"calibration: {Letter(better)} is better calibrated (ECE {Pair(Ece, better)})."
        : $"calibration: neither is better beyond chance (ECE {Digits(Ece.First)} and {Digits(Ece.Second)}).";

    /// <summary>Which model is better, in a sentence.</summary>
    public string Conclusion
    {
        get
        {
            if (A.Report.Counted == 0) return "No row counts, so nothing is compared.";
            if (Rows is { LowerLoss: (0, 0), OnlyFirst: 0, OnlySecond: 0 }) return "A and B do not differ on any row.";
            var (right, loss) = (BetterAtRows, Loss.Better);
            return (right, loss) switch
            {
                ({ } one, { } other) when one == other => $"{Letter(one)} is better: it gets more rows right ({Right(one)}), and its " +
                    $"loss is lower ({Pair(Loss, one)}).",
                ({ } one, { } other) => $"{Letter(one)} gets more rows right ({Right(one)}), but {Letter(other)} has the lower loss " +
                    $"({Pair(Loss, other)}).",
                ({ } one, null) => $"{Letter(one)} gets more rows right ({Right(one)}); their losses differ no more than by chance.",
                (null, { } other) => $"{Letter(other)} has the lower loss ({Pair(Loss, other)}); in the rows that they get right they " +
                    $"differ no more than by chance{(Rows is { } rows ? $" ({P(rows.Test.PValue)})" : "")}.",
                _ => "Neither is better: by what they differ could be chance.",
            };
        }
    }

    /// <summary>By McNemar's test where rows are known, else by the interval of the accuracy.</summary>
    private int? BetterAtRows => Rows is not { } rows ? Accuracy.Better
        : rows.Test.PValue >= 0.05 ? null : rows.OnlyFirst > rows.OnlySecond ? 0 : 1;

    /// <summary>p = 0.0312; small ones with their exponent.</summary>
    public static string P(double p) => p == 0 ? "p below 1e-300"
        : $"p = {p.ToString(p < 0.0001 ? "0.0e+0" : "0.####", CultureInfo.InvariantCulture)}";

    private static string Letter(int model) => model == 0 ? "A" : "B";

    private string Right(int better)
    {
        // Of whole rows, as the test counts them: weights would tell another share.
        double x = (double)A.Report.Correct / A.Report.Counted, y = (double)B.Report.Correct / B.Report.Counted;
        if (Rows is null) (x, y) = (Accuracy.First, Accuracy.Second);
        var (one, other) = better == 0 ? (x, y) : (y, x);
        return string.Create(CultureInfo.InvariantCulture, $"{100 * one:F2} % instead of {100 * other:F2} %") +
            (Rows is { } rows ? $", {P(rows.Test.PValue)}" : "");
    }

    private static string Pair(ComparedNumber number, int better) =>
        better == 0 ? $"{Digits(number.First)} instead of {Digits(number.Second)}"
            : $"{Digits(number.Second)} instead of {Digits(number.First)}";

    private static string Digits(double value) => Evaluate.Figured.Digits(value);
}
