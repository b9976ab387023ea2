using System.Globalization;
using System.Text;

namespace Surprisal.Cli;

/// <summary>Text as a terminal shows it: how many columns it takes, what would move the cursor shown as an escape, cut to fit.</summary>
internal static class TerminalText
{
    /// <summary>Blocks whose characters take two columns (Unicode's East Asian Width W and F, and emoji).</summary>
    private static readonly (int First, int Last)[] wide =
    [
        (0x1100, 0x115F), (0x231A, 0x231B), (0x2329, 0x232A), (0x23E9, 0x23EC), (0x25FD, 0x25FE), (0x2614, 0x2615), (0x2648, 0x2653),
        (0x26AA, 0x26AB), (0x26BD, 0x26BE), (0x26C4, 0x26C5), (0x26F2, 0x26F3), (0x2705, 0x2705), (0x270A, 0x270B), (0x2728, 0x2728),
        (0x274C, 0x274C), (0x2753, 0x2755), (0x2795, 0x2797), (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2E80, 0x303E), (0x3041, 0x33FF),
        (0x3400, 0x4DBF), (0x4E00, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE10, 0xFE19), (0xFE30, 0xFE6F),
        (0xFF01, 0xFF60), (0xFFE0, 0xFFE6), (0x16FE0, 0x18DFF), (0x1AFF0, 0x1B2FF), (0x1F004, 0x1F004), (0x1F0CF, 0x1F0CF),
        (0x1F18E, 0x1F18E), (0x1F191, 0x1F19A), (0x1F200, 0x1F320), (0x1F32D, 0x1F64F), (0x1F680, 0x1F6FC), (0x1F7E0, 0x1F7EB),
        (0x1F90C, 0x1F9FF), (0x1FA70, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The columns that the text takes.</summary>
    public static int Width(string text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes()) columns += Width(rune);
        return columns;
    }

    /// <summary>Control characters, line and paragraph separators, changes of direction and halves of characters as \u001B.</summary>
    public static string Escape(string text)
    {
        StringBuilder? escaped = null;
        for (var i = 0; i < text.Length;)
        {
            var whole = Rune.TryGetRuneAt(text, i, out var rune);
            var length = whole ? rune.Utf16SequenceLength : 1;
            if (whole && !IsUnsafe(rune)) escaped?.Append(text, i, length);
            else
            {
                escaped ??= new StringBuilder(text, 0, i, text.Length + 16);
                foreach (var unit in text.AsSpan(i, length)) escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
            }
            i += length;
        }
        return escaped?.ToString() ?? text;
    }

    /// <summary>The text if it fits, else as much of its beginning as leaves space for the mark of an omission.</summary>
    public static string Cut(string text, int columns, bool ascii)
    {
        if (Width(text) <= columns) return text;
        var mark = ascii ? "..." : "…";
        if (columns <= mark.Length) return new string('.', Math.Max(0, columns));
        var (remaining, end) = (columns - mark.Length, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if ((remaining -= Width(rune)) < 0) break;
            end += rune.Utf16SequenceLength;
        }
        return text[..end] + mark;
    }

    /// <summary>Filled with blanks on the right up to the columns.</summary>
    public static string Pad(string text, int columns) => text + new string(' ', Math.Max(0, columns - Width(text)));

    /// <summary>Filled with blanks on the left up to the columns.</summary>
    public static string PadLeft(string text, int columns) => new string(' ', Math.Max(0, columns - Width(text))) + text;

    /// <summary>
    /// Broken between words into lines that fit; a word that is wider than a line stays whole, so that a path can be copied.
    /// </summary>
    public static IEnumerable<string> Wrap(string text, int columns)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && Width(line) + 1 + Width(word) > columns)
            {
                yield return line.TrimEnd();
                line = word;
            }
            else line = line.Length > 0 ? $"{line} {word}" : word;
        }
        yield return line;
    }

    private static int Width(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.Control)
            return 0;
        foreach (var (first, last) in wide)
            if (rune.Value >= first && rune.Value <= last) return 2;
        return 1;
    }

    private static bool IsUnsafe(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFEFF;
}
