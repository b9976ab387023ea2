using Surprisal.Cli.Runs;

namespace Surprisal.Cli.Models;

/// <summary>Where the weights of what a user calls a run are.</summary>
internal static class ModelPlace
{
    /// <summary>The weights in the folder of a run, or the file itself.</summary>
    /// <param name="path">As it was given.</param>
    /// <param name="file">What the file would be, to follow "or".</param>
    /// <exception cref="InvalidDataException">A folder of several runs, which the message names, or a run without a model.</exception>
    /// <exception cref="IOException">There is no such file or folder.</exception>
    public static string Find(string path, string file)
    {
        if (!Directory.Exists(path))
            return File.Exists(path) ? path
                : throw new FileNotFoundException($"{path}: no such file; the folder of a run, or {file}, was expected.");
        var model = RunFolder.ModelIn(path);
        if (File.Exists(model)) return model;
        var isRun = RunSummary.IsRun(path);
        List<string> runs = [.. Directory.GetDirectories(path).Where(static inner => File.Exists(RunFolder.ModelIn(inner)))
            .Order(StringComparer.Ordinal)];
        if (runs.Count > 0)
            throw new InvalidDataException($"{path}: {(isRun ? "a group of runs" : "a folder of runs, and no run")}; " +
                $"one of them was expected: {FewNames.Of(runs)}.");
        throw isRun ? new InvalidDataException($"{path}: this run has no model yet; it is written when its first epoch has ended.")
            : new FileNotFoundException($"{model}: no such file; the folder of a run, or {file}, was expected.");
    }
}
