using System.Runtime.CompilerServices;
using System.Text;

#if COMMAND // which has a copy of its own, for the library does not offer it
namespace Surprisal.Cli.Tables;
#else
namespace Surprisal;
#endif

/// <summary>From the text of a cell to its number, or to what is wrong with it.</summary>
internal static class CsvCell
{
    private static readonly string[] missing = ["NA", "N/A", "null", "None"];

    /// <summary>Reads a double or a long.</summary>
    /// <param name="cell">The cell without its quotes; blanks around the number are no part of it.</param>
    /// <param name="value">The number.</param>
    /// <returns>Null, or how a complaint goes on that has named the file, the line and the column.</returns>
    public static string? Read<T>(ReadOnlySpan<char> cell, out T value)
        where T : unmanaged, INumber<T>
    {
        value = T.Zero;
        var text = Trim(cell);
        if (!CsvNumber.TryRead(text, out var number)) return NoNumber<T>(text);
        if (typeof(T) == typeof(double))
        {
            var real = number.ToDouble(text);
            value = Unsafe.BitCast<double, T>(real);
            return number.IsFinite && double.IsInfinity(real)
                ? $"holds {Quoted.Of(text)}, which is beyond the largest float64; a finite number or inf was expected." : null;
        }
        if (number.TryLong(out var whole, out var isWhole))
        {
            value = Unsafe.BitCast<long, T>(whole);
            return null;
        }
        return $"holds {Quoted.Of(text)}{(isWhole ? ", which is beyond what an int64 holds" : "")}; a whole number was expected.";
    }

    /// <summary>Without the blanks around it; nearly no cell has any.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> cell) =>
        cell is [> ' ', ..] and [.., > ' '] ? cell : cell.Trim(" \t");

    /// <summary>Whether a text says that there is no value.</summary>
    public static bool IsMissing(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return true;
        foreach (var word in missing)
            if (Ascii.EqualsIgnoreCase(text, word)) return true;
        return false;
    }

    private static string NoNumber<T>(ReadOnlySpan<char> text)
    {
        var expected = typeof(T) == typeof(long) ? "a whole number was expected" : "a number was expected";
        if (text.IsEmpty) return $"is empty, a missing value; {expected}.";
        if (IsMissing(text)) return $"holds {Quoted.Of(text)}, a missing value; {expected}.";
        return $"holds {Quoted.Of(text)}; {expected}{(HasCommas(text) ? ": decimal point expected, and no separators of thousands" : "")}.";
    }

    /// <summary>A number once its commas are gone: 1,5 in Europe, 1,000 elsewhere; nobody can tell which.</summary>
    public static bool HasCommas(ReadOnlySpan<char> text) => text.Contains(',') && text.Length < 100
        && CsvNumber.TryRead(text.ToString().Replace(",", "", StringComparison.Ordinal), out _);
}
