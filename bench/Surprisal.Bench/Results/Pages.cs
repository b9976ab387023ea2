using System.Text.RegularExpressions;

namespace Surprisal.Bench.Results;

/// <summary>
/// The documents that show figures: what stands between &lt;!-- figures: FILE --&gt; and &lt;!-- end figures --&gt; is made from that file
/// of results.
/// </summary>
internal static partial class Pages
{
    private const string WithoutAvx512 = "docs/performance-avx2.md";

    private static readonly Dictionary<string, Func<Run, string>> figures = new(StringComparer.Ordinal)
    {
        ["README.md"] = static run => $"{run.Caption}\n\n{Table.Short(run.Worse, inChinese: false)}",
        ["README.zh-CN.md"] = static run => $"{run.Caption}\n\n{Table.Short(run.Worse, inChinese: true)}",
        [WithoutAvx512] = static run => $"{run.Caption}\n\n{Tables(run)}\n{Misses(run)}",
        ["docs/performance.md"] = static run => $"{run.Caption}\n\n{Tables(run)}\n{Misses(run)}",
    };

    public static IEnumerable<string> All => figures.Keys;

    /// <summary>The pages that show a run: one has the figures without AVX-512, the others those with all that the machine has.</summary>
    public static IEnumerable<string> Of(Run run) => All.Where(page => page == WithoutAvx512 == run.IsWithoutAvx512);

    /// <summary>Both parts of the table, the one that is worse on the whole first.</summary>
    public static string Tables(Run run)
    {
        var alone = Table.Whole(run.Figures);
        if (run.InOneProcess is null) return alone;
        var together = Table.Whole(run.Both.Select(static both => both.InOneProcess));
        string[] parts = [$"All rows in one process, one after the other:\n\n{together}", $"Each row in a process of its own:\n\n{alone}"];
        if (run.Both.Sum(static both => Log(both.InOneProcess) - Log(both.Alone)) > 0) Array.Reverse(parts);
        return string.Join('\n', parts);

        static double Log(Figure figure) => Math.Log(figure.Ratio ?? 1);
    }

    /// <summary>The file of results that a page is made from.</summary>
    public static string Source(string page, string text) =>
        MarkPattern().Match(text) is { Success: true } match
            ? match.Groups["file"].Value
            : throw new InvalidDataException($"{page} has no <!-- figures: FILE --> with an <!-- end figures --> below.");

    /// <summary>The text with the figures of a run in place of those that were there.</summary>
    public static string With(string page, string text, Run run)
    {
        Source(page, text);
        var content = $"<!-- figures: {run.Path} -->\n{figures[page](run)}<!-- end figures -->";
        return MarkPattern().Replace(text, _ => content, 1);
    }

    private static string Misses(Run run)
    {
        var missed = run.Worse.Where(static figure => figure.Missed().Any()).ToList();
        return missed.Count == 0
            ? "Every target is met.\n"
            : "What is missed, and what limits it:\n\n" + string.Concat(missed.Select(static figure =>
                $"- {figure.Work}: {string.Join("; ", figure.Missed())}.{(figure.Limit.Length > 0 ? " " + figure.Limit : "")}\n"));
    }

    [GeneratedRegex(
        @"<!-- figures: (?<file>\S+) -->\n.*?<!-- end figures -->", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 5000)]
    private static partial Regex MarkPattern();
}
