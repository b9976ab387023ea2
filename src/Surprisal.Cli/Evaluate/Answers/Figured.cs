using System.Globalization;

namespace Surprisal.Cli.Evaluate;

/// <summary>A number with its name and, where there is one, half the width of its interval.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">NaN where it is not defined.</param>
/// <param name="HalfWidth">Of the interval that holds 95 % of the replicates; NaN without.</param>
internal sealed record Figured(string Name, double Value, double HalfWidth = double.NaN)
{
    public string Unit { get; init; } = "";

    /// <summary>The bound of what cells may have changed; NaN without.</summary>
    public double Error { get; init; } = double.NaN;

    /// <summary>0.8312 ± 0.0021; a dash where it is not defined.</summary>
    public string Number(bool isAscii)
    {
        if (double.IsNaN(Value)) return isAscii ? "-" : "–";
        var plusMinus = isAscii ? "+-" : "±";
        return Digits(Value)
            + (double.IsNaN(HalfWidth) ? "" : $" {plusMinus} {Digits(HalfWidth)}")
            + (double.IsNaN(Error) || Error == 0 ? "" : $" (within {Error.ToString("0.#e+0", CultureInfo.InvariantCulture)})")
            + (Unit.Length == 0 ? "" : $" {Unit}");
    }

    /// <summary>Four digits behind the point, large numbers fewer, small ones with an exponent; a dash for what is not defined.</summary>
    public static string Digits(double value) =>
        double.IsNaN(value) ? "-" : double.IsPositiveInfinity(value) ? "infinite" : double.IsNegativeInfinity(value) ? "-infinite"
        : value.ToString(Math.Abs(value) switch
        {
            >= 1e7 => "0.####e+0", >= 1000 => "F1", > 0 and < 1e-4 => "0.##e+0", _ => "F4",
        }, CultureInfo.InvariantCulture);
}
