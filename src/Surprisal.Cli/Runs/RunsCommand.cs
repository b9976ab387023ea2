using System.CommandLine;

namespace Surprisal.Cli.Runs;

/// <summary><c>surprisal runs</c>: which runs there are, which is best, and what differs between some of them.</summary>
internal static class RunsCommand
{
    public const string Examples = """
        One folder that holds runs: they are listed, the one with the highest validation accuracy first, of masks with the highest mean
        IoU. Several folders of runs, or one run: their options that differ, and their figures beside each other. A group of runs, of
        --seeds or --folds, is one line with means; its own folder lists its runs. Folders that are no runs, or damaged, are named and
        left out. Figures of the validation are those of the best epoch, whose weights are kept.

        Examples:
          surprisal runs runs
          surprisal runs runs/digits-lenet-1 runs/digits-mlp-1
          surprisal runs runs --json
        """;

    public static Command Create()
    {
        var folders = new Argument<string[]>("FOLDERS")
        {
            Description = "A folder that holds runs, or the folders of runs to compare", Arity = ArgumentArity.OneOrMore,
        };
        var json = CheckedOption.Flag("--json", "Print one JSON object");
        var command = new Command("runs", "List the runs in a folder, or compare some of them.") { folders, json };
        command.SetAction(parsed => Run(parsed.GetValue(folders)!, parsed.GetValue(json)));
        return command;
    }

    private static int Run(string[] folders, bool asJson)
    {
        var isList = folders.Length == 1 && IsList(folders[0]);
        var runs = Read(isList ? Inside(folders[0]) : folders);
        if (isList) runs = [.. runs.OrderByDescending(static run => run.Rank)
            .ThenBy(static run => run.Best?.ValidationLoss).ThenBy(static run => run.Name, StringComparer.Ordinal)];
        if (runs.Count == 0)
        {
            Console.Error.WriteLine($"surprisal: {TerminalText.Escape(string.Join(", ", folders))}: no runs there");
            return Commands.Failed;
        }
        var screen = Screen.Here;
        var lines = asJson ? new[] { RunsJson.Format(runs) } : isList ? RunsTable.Lines(runs, screen) : RunComparison.Lines(runs, screen);
        foreach (var line in lines) Console.WriteLine(line);
        return isList || runs.Count == folders.Length ? Commands.Done : Commands.Failed;
    }

    /// <summary>Whether a folder is to be looked into: it is no run, or a group of them.</summary>
    private static bool IsList(string folder)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder}: there is no such folder.");
        return !RunSummary.IsRun(folder) || RunFolder.OptionsOf(folder).IsGroup;
    }

    private static IEnumerable<string> Inside(string folder) =>
        Directory.GetDirectories(folder).Where(static path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal);

    private static List<RunSummary> Read(IEnumerable<string> folders)
    {
        var runs = new List<RunSummary>();
        foreach (var folder in folders)
            try
            {
                runs.Add(RunSummary.Read(folder));
            }
            catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"surprisal: left out: {TerminalText.Escape(Commands.Plain(error.Message))}");
            }
        return runs;
    }
}
