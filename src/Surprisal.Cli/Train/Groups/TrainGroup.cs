using System.Text;
using Surprisal.Cli.Ranks;
using Surprisal.Cli.Runs;

namespace Surprisal.Cli;

/// <summary>Several runs of one training, which differ in their seed or in the fold that they are validated with, and what they give
/// together.</summary>
internal static class TrainGroup
{
    /// <summary>What all runs together gave, in the group's folder.</summary>
    private const string ResultName = "summary.json";

    public static int Start(TrainOptions options, string? output, TrainVoice voice)
    {
        // Made when the first run's data and network are known to fit: what is refused leaves nothing behind.
        var folder = new Lazy<RunFolder>(() =>
        {
            var made = RunFolder.Create(output, $"{options.Source}-{options.Model}-{options.GroupKind()}", options);
            made.SaveOptions(options);
            return made;
        });
        try
        {
            return Run(folder, options, voice, static part => part);
        }
        finally
        {
            if (folder.IsValueCreated) folder.Value.Dispose();
        }
    }

    /// <summary>Goes on with the first run that has not finished; those that have are not run again.</summary>
    /// <exception cref="InvalidDataException">Options that runs which have finished do not have.</exception>
    public static int Resume(string path, TrainVoice voice, Func<TrainOptions, TrainOptions> change)
    {
        using var folder = LaunchedRanks.Open(() => RunFolder.Open(path));
        var options = folder.ReadOptions();
        LaunchedRanks.Meet("reading"); // before anything is written
        var changed = change(options);
        if (!changed.EndsAs(options))
            throw new InvalidDataException(
                $"{folder.Location}: its runs have the same options, so --epochs and --early-stop cannot change; begin another one.");
        if (changed != options) folder.SaveOptions(changed);
        return Run(new Lazy<RunFolder>(folder), changed, voice, change);
    }

    private static int Run(Lazy<RunFolder> folder, TrainOptions options, TrainVoice voice, Func<TrainOptions, TrainOptions> change)
    {
        var parts = options.Parts().ToList();
        foreach (var (i, (name, part)) in parts.Index())
        {
            var hasBegun = folder.IsValueCreated && RunSummary.IsRun(Place());
            if (hasBegun && RunSummary.Read(Place()).IsFinished)
            {
                Keep(Place(), change);
                continue;
            }
            if (hasBegun) Introduce();
            var quieter = voice switch { TrainVoice.Text => TrainVoice.Quiet, TrainVoice.Quiet => TrainVoice.Silent, var other => other };
            var exit = hasBegun ? TrainRun.GoOn(Place(), quieter, change) : TrainRun.Start(part, Begin, quieter);
            if (exit == Commands.Done) continue;
            if (voice == TrainVoice.Text)
                Console.WriteLine(TerminalText.Escape($"to go on: surprisal train --resume {folder.Value.Location}"));
            return exit;

            string Place() => Path.Combine(folder.Value.Location, name);

            // A run that begins is asked for its place when its data and network are known to fit.
            string Begin()
            {
                var place = Place();
                Introduce();
                return place;
            }

            void Introduce()
            {
                if (voice == TrainVoice.Text) Console.WriteLine($"{name}, {i + 1} of {parts.Count}");
            }
        }
        Answer(RunSummary.Read(folder.Value.Location), voice);
        return Commands.Done;
    }

    /// <summary>What a finished run is told too: where its data are now.</summary>
    private static void Keep(string path, Func<TrainOptions, TrainOptions> change)
    {
        using var run = LaunchedRanks.Open(() => RunFolder.Open(path));
        var before = run.ReadOptions();
        if (change(before) is var options && options != before) run.SaveOptions(options);
    }

    private static void Answer(RunSummary result, TrainVoice voice)
    {
        var json = GroupJson.Format(result);
        AtomicFile.Write(Path.Combine(result.Folder, ResultName), stream => stream.Write(Encoding.UTF8.GetBytes(json + "\n")));
        if (voice == TrainVoice.Json)
        {
            Console.WriteLine(json);
            return;
        }
        if (voice == TrainVoice.Text)
        {
            Console.WriteLine();
            foreach (var line in GroupTable.Lines(result, Screen.Here)) Console.WriteLine(line);
        }
        foreach (var line in Screen.Here.Wrap(GroupTable.Conclusion(result))) Console.WriteLine(line);
    }
}
