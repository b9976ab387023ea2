using Surprisal.Cli.Models;
using Surprisal.Cli.Ranks;
using Surprisal.Mpi;

namespace Surprisal.Cli.Evaluate;

/// <summary>An evaluation from its options to its answers.</summary>
internal static class EvaluateRun
{
    /// <param name="options">What is scored, and how.</param>
    /// <param name="run">The model to take scores of instead of files; null for files.</param>
    public static int Start(EvaluateOptions options, RunRequest? run)
    {
        options.Output.Check();
        if (LaunchedRanks.Group.Size > 1) options = Shared(options);
        if (run is not null)
        {
            var scores = RunScores.Of(run) with { Shard = options.IsShared ? (1, 1) : options.Shard };
            options = options with
            {
                Run = scores, IsBinary = scores.Task == ModelTask.Binary, IsMultiLabel = scores.Task == ModelTask.Labels,
            };
            string[] notOfLabels = [.. options.OfClasses, .. options.Output.Rows is null ? Array.Empty<string>() : ["--rows"]];
            if (options.IsMultiLabel && notOfLabels.Length > 0)
                throw new InvalidDataException($"{notOfLabels[0]} is for models of classes; {run.Run} is one of several labels.");
            if (options.IsBinary && options.TopK is not null)
                throw new InvalidDataException($"--top-k is for models of more than two classes; {run.Run} is one of two.");
        }
        using var stop = new StopSignals();
        using var progress = new EvaluateProgress();
        EvaluationResult result;
        try
        {
            result = new Evaluation(options, progress.Pass, stop.Token).Run();
        }
        catch (OperationCanceledException)
        {
            progress.Dispose();
            Console.Error.WriteLine("surprisal: stopped; nothing has been written");
            LaunchedRanks.Communicator?.Abort(stop.ExitCode); // the others would wait
            return stop.ExitCode;
        }
        progress.Dispose();
        if (LaunchedRanks.Rank == 0) Answer(result, options.Output);
        LaunchedRanks.Meet("saving");
        return Commands.Done;
    }

    /// <summary>The part of this rank; what each has read is said.</summary>
    private static EvaluateOptions Shared(EvaluateOptions options)
    {
        if (options.Shard.Parts > 1 || options.IsExact || options.Output.Rows is not null)
            throw new MpiException("--shard, --exact and --rows are for one process; begin it without mpirun.");
        var group = LaunchedRanks.Group;
        var hosts = new Introduction
        {
            Parts = group.Size, Version = $"{typeof(EvaluateRun).Assembly.GetName().Version}", Data = "", Shapes = "",
            Options = string.Join('\n', Environment.GetCommandLineArgs().Skip(1)),
        }.Exchange(group);
        return options with { Shard = (group.Rank + 1, group.Size), SharedBy = hosts };
    }

    /// <summary>Prints the answers, or writes them where that was asked for.</summary>
    public static void Answer(EvaluationResult result, OutputFiles output)
    {
        var view = EvaluationView.Of(result);
        if (output.Csv is { } csv and not "-") OutputFiles.Write(csv, ClassCsv.Format(view));
        if (output.Report is { } report) OutputFiles.Write(report, ScorePage.Of(view, result).ToString());
        if (output.Json is "-")
        {
            Console.WriteLine(EvaluationJson.Format(result, view, path: null));
            return;
        }
        if (output.Json is { } json) OutputFiles.Write(json, EvaluationJson.Format(result, view, json) + "\n");
        if (output.Csv is "-")
        {
            Console.Write(ClassCsv.Format(view));
            return;
        }
        foreach (var line in EvaluationTable.Lines(view, Screen.Here)) Console.WriteLine(line);
    }
}
