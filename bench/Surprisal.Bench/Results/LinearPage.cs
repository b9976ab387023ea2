using System.Text.RegularExpressions;

namespace Surprisal.Bench.Results;

/// <summary>The page of linear cross-entropy: what stands between its two marks is made from a file of results.</summary>
internal static partial class LinearPage
{
    public const string Path = "docs/losses/LinearCrossEntropy.md";

    /// <summary>What stands in the place of a file where nothing has been measured yet.</summary>
    public const string Nothing = "none";

    private const string Pictures = """

        ![Extra memory of 1024 rows beside the classes: what holds the logits is above them, the rest below](../pictures/linear-memory.svg)

        ![Time of the same: all sides grow with the number of classes, as three products do](../pictures/linear-time.svg)

        """;

    /// <summary>The file of results that the page shows.</summary>
    public static string Source(string text) => MarkPattern().Match(text) is { Success: true } match ? match.Groups["file"].Value
        : throw new InvalidDataException($"{Path} has no <!-- linear: FILE --> with an <!-- end linear --> below.");

    /// <summary>The text with the figures of a run in place of those that were there.</summary>
    public static string With(string text, LinearRun run)
    {
        Source(text);
        var content = $"<!-- linear: {run.Path} -->\n{run.Caption}\n\n{run.Table()}{Pictures.ReplaceLineEndings("\n")}<!-- end linear -->";
        return MarkPattern().Replace(text, _ => content, 1);
    }

    [GeneratedRegex(
        @"<!-- linear: (?<file>\S+) -->\n.*?<!-- end linear -->", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 5000)]
    private static partial Regex MarkPattern();
}
