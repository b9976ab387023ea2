namespace Surprisal.Cli;

/// <summary>A file that answers are to go to: refused before any work is done where it could not be written after it.</summary>
internal static class OutputPath
{
    /// <param name="option">Which option names it.</param>
    /// <param name="path">The file; null where the option was not given.</param>
    /// <param name="replaces">Whether a file that is there may be replaced.</param>
    /// <exception cref="InvalidDataException">A folder, a file that is there already, or one in no folder.</exception>
    public static void Check(string option, string? path, bool replaces)
    {
        if (path is null) return;
        if (Directory.Exists(path)) throw new InvalidDataException($"{option} {path} is a folder; the name of a file was expected.");
        if (File.Exists(path) && !replaces) throw new InvalidDataException($"{option} {path} is there already; --force replaces it.");
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new InvalidDataException($"{option} {path}: there is no folder {folder}.");
    }
}
