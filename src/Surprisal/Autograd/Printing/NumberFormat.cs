using System.Globalization;

namespace Surprisal;

/// <summary>One notation and one column width for all the numbers that are shown together, chosen as PyTorch chooses them.</summary>
internal sealed class NumberFormat
{
    private const double MaxRatio = 1000, MaxPlain = 1e8, MinPlain = 1e-4;

    private readonly Notation notation;

    private enum Notation { Integer, Whole, Decimal, Scientific }

    private NumberFormat(Notation notation) => this.notation = notation;

    /// <summary>The characters that a column takes; zeros, NaN and infinity may be longer, for PyTorch does not measure them.</summary>
    public int Width { get; private set; } = 1;

    /// <summary>The format for <paramref name="values"/>, the numbers that will be shown.</summary>
    public static NumberFormat For<T>(ReadOnlySpan<T> values) where T : unmanaged, INumber<T>
    {
        var format = new NumberFormat(typeof(T).IsFloatingPoint ? Choose(values) : Notation.Integer);
        foreach (var value in values)
            if (format.notation == Notation.Integer || (T.IsFinite(value) && !T.IsZero(value)))
                format.Width = Math.Max(format.Width, format.Plain(value).Length);
        return format;
    }

    /// <summary>The number, filled with blanks on the left to the width.</summary>
    public string Format<T>(T value) where T : unmanaged, INumber<T> => Plain(value).PadLeft(Width);

    /// <summary>One number as Python prints it in the text of a module or optimizer: 0.1, 1e-08.</summary>
    public static string Short(double value) => value.ToString(CultureInfo.InvariantCulture).Replace('E', 'e');

    private static Notation Choose<T>(ReadOnlySpan<T> values) where T : unmanaged, INumber<T>
    {
        var (min, max, whole) = (double.PositiveInfinity, 0.0, true);
        foreach (var value in values)
        {
            if (!T.IsFinite(value) || T.IsZero(value)) continue;
            var size = Math.Abs(double.CreateChecked(value));
            min = Math.Min(min, size);
            max = Math.Max(max, size);
            whole &= T.IsInteger(value);
        }
        // Without a finite number other than zero, max / min is 0 and whole stands: zeros print as "0.".
        if (max / min > MaxRatio || max > MaxPlain || (!whole && min < MinPlain)) return Notation.Scientific;
        return whole ? Notation.Whole : Notation.Decimal;
    }

    private string Plain<T>(T value) where T : unmanaged, INumber<T>
    {
        if (notation == Notation.Integer) return value.ToString(null, CultureInfo.InvariantCulture);
        // The double holds every float and Half exactly, and is rounded once: to the nearest decimal, ties to the even digit.
        var number = double.CreateChecked(value);
        if (double.IsNaN(number)) return "nan";
        if (double.IsInfinity(number)) return number > 0 ? "inf" : "-inf";
        return notation switch
        {
            Notation.Whole => number.ToString("F0", CultureInfo.InvariantCulture) + ".",
            Notation.Decimal => number.ToString("F4", CultureInfo.InvariantCulture),
            _ => Scientific(number),
        };
    }

    /// <summary>Four decimals and an exponent of at least two digits, as C writes it; .NET would write three.</summary>
    private static string Scientific(double number)
    {
        var text = number.ToString("E4", CultureInfo.InvariantCulture);
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{text.AsSpan(0, mark)}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("D2", CultureInfo.InvariantCulture)}";
    }
}
