using Surprisal.Cli.Models;
using Surprisal.Cli.Runs;

namespace Surprisal.Cli;

/// <content>What a folder has to be, before anything is written.</content>
internal sealed partial class RunFolder
{
    /// <summary>Refuses what is no folder of a run, or of a group of runs.</summary>
    /// <exception cref="IOException">It is none.</exception>
    public static void CheckIsRun(string path)
    {
        if (!Directory.Exists(path))
            throw new IOException(File.Exists(path) ? $"{path}: this is a file; the folder of a run was expected."
                : $"{path}: no such folder to resume.");
        if (!File.Exists(Path.Combine(path, OptionsName)))
            throw new IOException($"{Path.Combine(path, OptionsName)}: no such file; " +
                "--resume needs the folder of a run, as 'surprisal train' names it at its end.");
    }

    /// <summary>Refuses a place among folders that are the classes of images: it would be one of them. Elsewhere files are read by their
    /// names, or those of the topmost folder alone.</summary>
    private static void CheckOutside(string path, TrainOptions? options)
    {
        if (options is { Images: { } images, Masks: null, Labels: null } && IsWithin(path, images))
            throw new IOException($"{path}: this is inside the --images {images}, of which it would become a part; " +
                "give an --out elsewhere.");
    }

    /// <summary>Refuses a folder with a run that can go on, or with files that are nobody's to overwrite.</summary>
    private static void CheckUnused(string path)
    {
        if (File.Exists(path)) throw new IOException($"{path}: this is a file; a folder is needed.");
        if (!Directory.Exists(path)) return;
        if (File.Exists(Path.Combine(path, CheckpointName)) || RunLog.Read(path, ModelTask.Classes).HasEpochs)
            throw new IOException($"{path}: there is a run in this folder; give another --out, or --resume {path} to go on with it.");
        if (Directory.EnumerateFileSystemEntries(path)
            .Select(Path.GetFileName)
            .FirstOrDefault(static name => !Own.Contains(name) && !IsUnfinished(name!)) is { } other)
            throw new IOException(RunSummary.IsRun(Path.Combine(path, other)) && File.Exists(Path.Combine(path, OptionsName))
                ? $"{path}: there is a group of runs in this folder; give another --out, or --resume {path} to go on with it."
                : $"{path}: the folder is not empty, it holds {other}; give another --out.");
    }

    private static bool IsWithin(string path, string folder)
    {
        var relative = Path.GetRelativePath(folder, Path.GetFullPath(path));
        return !Path.IsPathRooted(relative) && relative != ".."
            && !relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }
}
