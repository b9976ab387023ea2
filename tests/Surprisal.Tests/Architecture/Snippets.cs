using System.Text.RegularExpressions;

namespace Surprisal.Tests.Architecture;

/// <summary>The C# in documents and the compiled regions that it must equal.</summary>
internal static partial class Snippets
{
    /// <summary>Every ```csharp block: the name in the comment above it, null without one, and its text.</summary>
    public static IEnumerable<(int Line, string? Name, string Text)> Blocks(string markdown)
    {
        var lines = markdown.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal)) continue;
            var (start, language) = (i, lines[i].Trim().TrimStart('`').Trim());
            for (i++; i < lines.Length && lines[i].Trim() != "```";) i++;
            if (language is "csharp" or "cs" or "c#" or "C#")
                yield return (start + 1,
                    start > 0 && CommentPattern().Match(lines[start - 1]) is { Success: true } comment ? comment.Groups["name"].Value : null,
                    Dedent(lines[(start + 1)..i]));
        }
    }

    /// <summary>Every region between <c>// snippet: NAME</c> and <c>// end</c> of a C# file, dedented.</summary>
    public static IEnumerable<(string Name, string Text)> Regions(string code)
    {
        var lines = code.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (RegionPattern().Match(lines[i]) is not { Success: true } open) continue;
            var start = i + 1;
            for (i++; i < lines.Length && lines[i].Trim() != "// end";) i++;
            if (i == lines.Length) throw new FormatException($"the region // snippet: {open.Groups["name"].Value} has no // end.");
            yield return (open.Groups["name"].Value, Dedent(lines[start..i]));
        }
    }

    private static string Dedent(string[] lines)
    {
        var margin = lines.Where(static line => line.Trim().Length > 0).Select(static line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(line => line.Length < margin ? "" : line[margin..].TrimEnd())).Trim('\n');
    }

    [GeneratedRegex(@"^\s*<!--\s*snippet:\s*(?<name>\S+)\s*-->\s*$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex CommentPattern();

    [GeneratedRegex(@"^\s*//\s*snippet:\s*(?<name>\S+)\s*$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex RegionPattern();
}
