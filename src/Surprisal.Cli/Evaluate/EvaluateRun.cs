using Surprisal.Cli.Models;

namespace Surprisal.Cli.Evaluate;

/// <summary>An evaluation from its options to its answers.</summary>
internal static class EvaluateRun
{
    /// <param name="options">What is scored, and how.</param>
    /// <param name="run">The model to take scores of instead of files; null for files.</param>
    public static int Start(EvaluateOptions options, RunRequest? run)
    {
        options.Output.Check();
        if (run is not null)
        {
            var scores = RunScores.Of(run);
            options = options with
            {
                Run = scores, IsBinary = scores.Task == ModelTask.Binary, IsMultiLabel = scores.Task == ModelTask.Labels,
            };
            var notOfLabels = options.IsExact ? "--exact" : options.Output.Rows is not null ? "--rows" : null;
            if (options.IsMultiLabel && notOfLabels is not null)
                throw new InvalidDataException($"{notOfLabels} is for models of classes; {run.Run} is one of several labels.");
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
            return stop.ExitCode;
        }
        progress.Dispose();
        Answer(result, options.Output);
        return Commands.Done;
    }

    /// <summary>Prints the answers, or writes them where that was asked for.</summary>
    public static void Answer(EvaluationResult result, OutputFiles output)
    {
        var view = EvaluationView.Of(result);
        if (output.Csv is { } csv) OutputFiles.Write(csv, ClassCsv.Format(view));
        if (output.Report is { } report) OutputFiles.Write(report, ScorePage.Of(view, result).ToString());
        if (output.Json is "-")
        {
            Console.WriteLine(EvaluationJson.Format(result, view, path: null));
            return;
        }
        if (output.Json is { } json) OutputFiles.Write(json, EvaluationJson.Format(result, view, json) + "\n");
        foreach (var line in EvaluationTable.Lines(view, Screen.Here)) Console.WriteLine(line);
    }
}
