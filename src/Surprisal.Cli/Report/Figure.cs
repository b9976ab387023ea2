namespace Surprisal.Cli.Report;

/// <summary>Numbers as readers of a page want them.</summary>
internal static class Figure
{
    /// <summary>Some digits behind the point, as many as its size asks for; none for whole numbers up to a million.</summary>
    public static string Of(double value) =>
        double.IsNaN(value) ? "NaN"
        : double.IsInfinity(value) ? value > 0 ? "∞" : "-∞"
        : value == Math.Round(value) && Math.Abs(value) < 1e6 ? (value + 0.0).ToString("0")
        : Math.Abs(value) is >= 1e-4 and < 1e6
            ? value.ToString(Math.Abs(value) >= 1000 ? "F1" : Math.Abs(value) >= 1 ? "0.####" : "0.######")
        : value.ToString("0.###E+0").Replace("E+", "e", StringComparison.Ordinal).Replace("E-", "e-", StringComparison.Ordinal);

    /// <summary>A loss: four digits behind the point.</summary>
    public static string Loss(double value) =>
        double.IsFinite(value) && (value == 0 || Math.Abs(value) is >= 1e-4 and < 1e4) ? value.ToString("F4") : Of(value);

    /// <summary>A share of 1 in percent; a dash where there is none.</summary>
    public static string Share(double value) => double.IsNaN(value) ? "–" : $"{100 * value:F1} %";
}
