using System.Globalization;
using System.Text;

#if COMMAND // which has a copy of its own, for the library does not offer it
namespace Surprisal.Cli.Tables;
#else
namespace Surprisal;
#endif

/// <summary>A number as it stands in a cell: a sign, digits and a power of ten, or NaN or infinity.</summary>
/// <remarks>
/// The grammar is ours, [+-]?(d+(.d*)?|.d+)([eE][+-]?d+)? or nan, inf, infinity in any case, all of it ASCII: parsers of numbers, the
/// base library's among them, also take separators of thousands, a zero byte at the end or ∞, each of which is a wrong number in silence.
/// </remarks>
internal readonly struct CsvNumber
{
    private const ulong Full = 1_000_000_000_000_000_000, LargestExact = 1UL << 53;
    private const int SaturatedPower = 100_000_000;

    /// <summary>All powers of ten that a double holds exactly.</summary>
    private static readonly double[] powers =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    private readonly bool isNegative, isExact;
    private readonly ulong digits;
    private readonly int exponent;
    private readonly double special;

    private CsvNumber(bool isNegative, ulong digits, int exponent, bool isExact) =>
        (this.isNegative, this.digits, this.exponent, this.isExact, IsFinite) = (isNegative, digits, exponent, isExact, true);

    private CsvNumber(double special) => this.special = special;

    /// <summary>Whether digits were written, and not the name of a number.</summary>
    public bool IsFinite { get; }

    /// <summary>Reads a text without blanks around it; false where it is no number.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out CsvNumber number)
    {
        var isNegative = text is ['-', ..];
        var at = text is ['+' or '-', ..] ? 1 : 0;
        var (digits, exponent, count, isExact, isFraction) = (0UL, 0, 0, true, false);
        for (; at < text.Length; at++)
        {
            var digit = (uint)(text[at] - '0');
            if (digit <= 9)
            {
                count++;
                if (digits < Full)
                {
                    digits = 10 * digits + digit;
                    if (isFraction) exponent--;
                }
                else
                {
                    // Nineteen digits are kept; zeros behind them change nothing but the power.
                    isExact &= digit == 0;
                    if (!isFraction) exponent++;
                }
            }
            else if (text[at] == '.' && !isFraction) isFraction = true;
            else break;
        }
        number = default;
        if (count == 0) return !isFraction && TryName(text[at..], isNegative, out number);
        var power = 0;
        if (at < text.Length && !TryPower(text[at..], out power)) return false;
        number = new CsvNumber(isNegative, digits, exponent + power, isExact);
        return true;
    }

    /// <summary>The double nearest to it, infinite where none is near; <paramref name="text"/> is what it was read from.</summary>
    public double ToDouble(ReadOnlySpan<char> text)
    {
        if (!IsFinite) return special;
        // Both factors are exact, so the one operation rounds once: to the nearest.
        if (isExact && digits <= LargestExact && exponent is >= -22 and <= 22)
        {
            var value = exponent < 0 ? digits / powers[-exponent] : digits * powers[exponent];
            return isNegative ? -value : value;
        }
        return double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>The whole number that it is: 1, 1.0, 10e-1. Where this fails, <paramref name="isWhole"/> says that it is one, but no long
    /// holds it.</summary>
    public bool TryLong(out long value, out bool isWhole)
    {
        var (whole, power) = (digits, exponent);
        value = 0;
        isWhole = false;
        if (!IsFinite) return false;
        isWhole = true;
        if (whole == 0) return true;
        while (power < 0 && isExact && whole % 10 == 0) (whole, power) = (whole / 10, power + 1);
        isWhole = power > 0 || (power == 0 && isExact);
        if (!isWhole) return false;
        for (; power > 0; power--)
        {
            if (whole > ulong.MaxValue / 10) return false;
            whole *= 10;
        }
        if (!isExact || whole > (isNegative ? 1UL << 63 : long.MaxValue)) return false;
        value = isNegative ? unchecked(-(long)whole) : (long)whole;
        return true;
    }

    private static bool TryName(ReadOnlySpan<char> text, bool isNegative, out CsvNumber number)
    {
        var isNan = Ascii.EqualsIgnoreCase(text, "nan");
        number = new CsvNumber(isNan ? double.NaN : isNegative ? double.NegativeInfinity : double.PositiveInfinity);
        return isNan || Ascii.EqualsIgnoreCase(text, "inf") || Ascii.EqualsIgnoreCase(text, "infinity");
    }

    private static bool TryPower(ReadOnlySpan<char> text, out int power)
    {
        power = 0;
        if (text is not ['e' or 'E', .. var signed]) return false;
        var unsigned = signed is ['+' or '-', .. var rest] ? rest : signed;
        foreach (var letter in unsigned)
        {
            if (!char.IsAsciiDigit(letter)) return false;
            if (power < SaturatedPower) power = 10 * power + (letter - '0');
        }
        if (signed is ['-', ..]) power = -power;
        return unsigned.Length > 0;
    }
}
