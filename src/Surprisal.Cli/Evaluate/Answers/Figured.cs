using System.Globalization;
using Surprisal.Metrics;

namespace Surprisal.Cli.Evaluate;

/// <summary>A number with its name and, where there is one, half the width of its interval.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">NaN where it is not defined.</param>
/// <param name="HalfWidth">Of the interval that holds 95 % of the replicates; NaN without.</param>
internal sealed record Figured(string Name, double Value, double HalfWidth = double.NaN)
{
    public string Unit { get; init; } = "";

    /// <summary>Wilson's interval instead; null without.</summary>
    public WilsonInterval? Wilson { get; init; }

    /// <summary>Whether it has an interval.</summary>
    public bool HasInterval => Wilson is not null || !double.IsNaN(HalfWidth);

    /// <summary>Whether the interval of some replicates says anything: of width 0 it does not.</summary>
    public static double HalfWidthOf(Interval interval) => interval.HalfWidth is > 0 and var half ? half : double.NaN;

    /// <summary>The bound of what cells may have changed; NaN without.</summary>
    public double Error { get; init; } = double.NaN;

    /// <summary>0.8312 ± 0.0021; a dash where it is not defined.</summary>
    public string Number(bool isAscii)
    {
        if (double.IsNaN(Value)) return isAscii ? "-" : "–";
        var plusMinus = isAscii ? "+-" : "±";
        return Digits(Value)
            + (double.IsNaN(HalfWidth) ? "" : $" {plusMinus} {Digits(HalfWidth)}")
            + (Wilson is { } wilson ? $" ({Range(wilson)})" : "")
            + (double.IsNaN(Error) || Error == 0 ? "" : $" (within {Error.ToString("0.#e+0", CultureInfo.InvariantCulture)})")
            + (Unit.Length == 0 ? "" : $" {Unit}");
    }

    /// <summary>0.6756 to 1.0000 by Wilson.</summary>
    public static string Range(WilsonInterval wilson) => $"{Digits(wilson.Lower)} to {Digits(wilson.Upper)} by Wilson";

    /// <summary>Four digits behind the point, large numbers fewer, small ones with an exponent; a dash for what is not defined.</summary>
    public static string Digits(double value) =>
        double.IsNaN(value) ? "-" : double.IsPositiveInfinity(value) ? "infinite" : double.IsNegativeInfinity(value) ? "-infinite"
        : value.ToString(Math.Abs(value) switch
        {
            >= 1e7 => "0.####e+0", >= 1000 => "F1", > 0 and < 1e-4 => "0.##e+0", _ => "F4",
        }, CultureInfo.InvariantCulture);
}
