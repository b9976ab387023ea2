using System.CommandLine;
using Surprisal.Cli.Evaluate;
using static Surprisal.Cli.CheckedOption;

namespace Surprisal.Cli.Compare;

/// <summary><c>surprisal compare</c>: two models on the same rows.</summary>
internal static class CompareCommand
{
    /// <summary>What --help says below the options.</summary>
    public const string Examples = """
        A and B are files of 'surprisal evaluate --json', or of 'surprisal merge', of two models on the same rows. What a difference would
        be on other data is drawn from the same replicates for both. With the rows that 'surprisal evaluate --rows' wrote, McNemar's test
        says whether the rows that only one model gets right could be divided like that by chance.

        Examples:
          surprisal evaluate --logits a.npy --targets y.npy --json a.json --rows a-rows.npz
          surprisal evaluate --logits b.npy --targets y.npy --json b.json --rows b-rows.npz
          surprisal compare a.json b.json --report comparison.html
          surprisal compare a.json b.json --rows 'moved/*-rows.npz'
        """;

    public static Command Create()
    {
        var first = new Argument<string>("A") { Description = "The evaluation of the first model" };
        var second = new Argument<string>("B") { Description = "That of the second one, on the same rows" };
        var rows = new Option<string[]?>("--rows")
        {
            HelpName = "FILE", Description = "Files of rows, of either model and in any order [default: those that A and B name]",
            Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true,
        };
        var json = FileName("--json", "Write everything as JSON; - is the standard output");
        var report = FileName("--report", "Write a page with pictures (HTML)");
        var force = Flag("--force", "Replace these files where they are there already");
        var command = new Command("compare", "Compare two models on the same rows.") { first, second, rows, json, report, force };
        command.SetAction(parsed => CompareRun.Start(
            parsed.GetValue(first)!, parsed.GetValue(second)!, ShardNames.Expand(parsed.GetValue(rows) ?? []),
            new OutputFiles { Json = parsed.GetValue(json), Report = parsed.GetValue(report), Replaces = parsed.GetValue(force) }));
        return command;
    }
}
