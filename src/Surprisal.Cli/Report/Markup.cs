using System.Text;

namespace Surprisal.Cli.Report;

/// <summary>Text and numbers as SVG and HTML take them.</summary>
internal static class Markup
{
    /// <summary>
    /// Text for contents and attributes: nothing in it is markup, and what XML cannot hold, or would turn the direction of what follows,
    /// is written out as \u001B.
    /// </summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in TerminalText.Escape(text))
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                '\uFFFE' or '\uFFFF' => escaped.Append($"\\u{(int)c:X4}"),
                _ => escaped.Append(c),
            };
        return escaped.ToString();
    }

    /// <summary>A coordinate: at most two digits behind the point, and no minus before 0.</summary>
    public static string Coordinate(double value) => (Math.Round(value, 2) + 0.0).ToString("0.##");

    /// <summary>A whole number with its thousands apart.</summary>
    public static string Count(long value) => value.ToString("N0");
}
