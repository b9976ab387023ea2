#if COMMAND // which has a copy of its own, for the library does not offer it
namespace Surprisal.Cli.Tables;
#else
namespace Surprisal;
#endif

/// <summary>Texts of a table in messages: between quotes, on one line, and not too much of them.</summary>
internal static class Quoted
{
    private const int Longest = 60, Most = 8;

    /// <summary>The text between quotes.</summary>
    public static string Of(ReadOnlySpan<char> text) =>
        $"\"{Escape(text.Length > Longest ? $"{text[..Longest]}..." : text.ToString())}\"";

    /// <summary>The first few of them, and how many more there are.</summary>
    public static string List(IReadOnlyCollection<string> texts) =>
        string.Join(", ", texts.Take(Most).Select(static text => Of(text)))
        + (texts.Count > Most ? $" and {texts.Count - Most} more" : "");

#if COMMAND
    private static string Escape(string text) => TerminalText.Escape(text);
#else
    private static string Escape(string text) => OneLine.Of(text);
#endif
}
