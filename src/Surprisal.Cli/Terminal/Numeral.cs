using System.Globalization;

namespace Surprisal.Cli;

/// <summary>
/// How every number that a user writes is read: digits, a sign, a decimal point, an exponent; in no language's way, without separators of
/// thousands.
/// </summary>
internal static class Numeral
{
    /// <summary>A whole number; false where the text is none or no long holds it.</summary>
    public static bool TryWhole(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    /// <summary>A number; false where the text is none or no double holds it. Infinity and NaN are no numbers here.</summary>
    public static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>What a text that is refused should have been written like, to follow "... was expected".</summary>
    public static string Hint(string text, bool whole) =>
        !text.Contains(',', StringComparison.Ordinal) ? "" : whole ? ", without separators" : ", with a decimal point";
}
