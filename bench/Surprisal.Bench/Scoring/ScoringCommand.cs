using System.Text.Json.Nodes;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Scoring;

/// <summary>
/// <c>surprisal evaluate</c> on files in the page cache, each time a process of its own, beside reading and adding the same bytes and
/// beside the same numbers from NumPy and scikit-learn.
/// </summary>
internal static class ScoringCommand
{
    public const string Command = "evaluate";

    private const int Rounds = 5;

    private static readonly (int Rows, int Classes, float Lead)[] works = [(10_000_000, 10, 2), (9_950, 50_257, 8)];

    public static int Print()
    {
        Console.WriteLine($"{Machine.Here}; {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, medians of {Rounds} rounds.\n");
        Console.WriteLine("| rows x classes | bytes | surprisal evaluate | its most memory | read and add | share of that rate | " +
            "NumPy and scikit-learn | its most memory | ratio |\n|--|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var (rows, classes, lead) in works)
        {
            using var files = new ScoringFiles(rows, classes, lead);
            Console.WriteLine(Row($"{rows:N0} x {classes:N0}", files));
        }
        return 0;
    }

    private static string Row(string name, ScoringFiles files)
    {
        var theirs = MeasuredProcess.Run("/usr/bin/python3", Script, files.Logits, files.Targets);
        if (theirs is not null) AssertSame(JsonNode.Parse(Evaluate(files, "--json", "-").Output)!, JsonNode.Parse(theirs.Output)!);
        List<double> reads = [], ours = [];
        var peak = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            reads.Add(Clock.Milliseconds(() => ReadAndSum.Run(files.Logits), 1, 1)[0] / 1e3);
            var run = Evaluate(files);
            ours.Add(run.Seconds);
            peak = Math.Max(peak, run.PeakBytes);
        }
        var (read, our) = (Clock.Median(reads), Clock.Median(ours));
        return $"| {name} | {files.Bytes / 1e9:F2} GB | {our:F2} s | {Megabytes(peak)} | {read:F2} s | {read / our:P0} | " +
            (theirs is null ? "not here | | |" : $"{theirs.Seconds:F1} s | {Megabytes(theirs.PeakBytes)} | {theirs.Seconds / our:F1} |");
    }

    private static string Script => Path.Combine(AppContext.BaseDirectory, "score.py");

    private static MeasuredProcess Evaluate(ScoringFiles files, params string[] options) =>
        MeasuredProcess.Run("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Surprisal.Cli.dll"), "evaluate", "--logits", files.Logits, "--targets", files.Targets,
                .. options])
        ?? throw new InvalidOperationException("surprisal evaluate failed.");

    private static string Megabytes(long bytes) => $"{bytes / 1e6:F0} MB";

    /// <summary>What both print; ranking within the bound that the command states.</summary>
    private static void AssertSame(JsonNode ours, JsonNode theirs)
    {
        foreach (var (name, value) in theirs.AsObject())
        {
            var metric = ours["metrics"]![name]!;
            var (our, their) = (metric["value"]!.GetValue<double>(), value!.GetValue<double>());
            var bound = metric["within"]?.GetValue<double>() ?? 0;
            if (Math.Abs(our - their) > bound + 1e-5 * Math.Abs(their))
                throw new InvalidDataException($"{name} is {our} here and {their} in scikit-learn.");
        }
    }
}
