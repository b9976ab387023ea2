using Surprisal.Cli.Ranks;

namespace Surprisal.Cli;

/// <summary>What output goes to: a terminal of so many columns, or elsewhere, where lines are as long as they are.</summary>
/// <param name="Columns">Of the terminal; null for a file or a pipe.</param>
/// <param name="IsAscii">Whether drawings keep to ASCII.</param>
internal sealed record Screen(int? Columns, bool IsAscii)
{
    private static readonly string[] localeVariables = ["LC_ALL", "LC_CTYPE", "LANG"];

    /// <summary>The present one; asked again before each drawing, for a terminal's width changes.</summary>
    public static Screen Here => new(
        LaunchedRanks.IsLaunched || Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb" ? null
            : Console.WindowWidth is > 0 and var width ? width
            : 80,
        !OperatingSystem.IsWindows() && IsAsciiLocale(Environment.GetEnvironmentVariable));

    /// <summary>Whether somebody watches, so that a line may be drawn over again.</summary>
    public bool IsLive => Columns is not null;

    /// <summary>
    /// Whether the locale's character set is not UTF-8: the first of LC_ALL, LC_CTYPE, LANG that is set names it, as for C libraries; none
    /// is C's.
    /// </summary>
    public static bool IsAsciiLocale(Func<string, string?> variable)
    {
        var locale = localeVariables.Select(variable).FirstOrDefault(static value => !string.IsNullOrEmpty(value)) ?? "C";
        return !locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase)
            && !locale.Contains("UTF8", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A sentence in lines that fit; control characters escaped.</summary>
    public IEnumerable<string> Wrap(string text)
    {
        var shown = TerminalText.Escape(text);
        return Columns is { } columns ? TerminalText.Wrap(shown, columns) : [shown];
    }

    /// <summary>The first of the lines that fits; where none does, the last cut.</summary>
    public string FirstThatFits(params ReadOnlySpan<string> lines)
    {
        if (Columns is not { } columns) return lines[0];
        foreach (var line in lines)
            if (TerminalText.Width(line) <= columns) return line;
        return TerminalText.Cut(lines[^1], columns, IsAscii);
    }
}
