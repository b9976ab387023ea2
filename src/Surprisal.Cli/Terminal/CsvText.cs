namespace Surprisal.Cli;

/// <summary>Cells of CSV as they are written, RFC 4180.</summary>
internal static class CsvText
{
    /// <summary>In quotes where the text needs them.</summary>
    public static string Quote(string text) =>
        text.AsSpan().IndexOfAny(',', '"', '\n') < 0 && !text.Contains('\r', StringComparison.Ordinal) && text.Trim() == text ? text
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
