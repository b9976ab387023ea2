namespace Surprisal.Cli.Evaluate;

/// <summary>The files that answers go to; none by default. What is there is kept unless it is asked to be replaced.</summary>
internal sealed record OutputFiles
{
    /// <summary>Everything for machines, and what merges; "-" is the standard output.</summary>
    public string? Json { get; init; }

    /// <summary>The classes, a line each.</summary>
    public string? Csv { get; init; }

    /// <summary>A page with pictures.</summary>
    public string? Report { get; init; }

    public bool Replaces { get; init; }

    /// <summary>Refuses before any work is done what could not be written after it.</summary>
    public void Check()
    {
        foreach (var (option, path) in new[] { ("--json", Json), ("--csv", Csv), ("--report", Report) })
        {
            if (path is null or "-") continue;
            if (Directory.Exists(path)) throw new IOException($"{option} {path} is a folder; the name of a file was expected.");
            if (File.Exists(path) && !Replaces) throw new IOException($"{option} {path} is there already; --force replaces it.");
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
                throw new DirectoryNotFoundException($"{option} {path}: there is no folder {folder}.");
        }
    }

    /// <summary>Writes whole or not at all.</summary>
    public static void Write(string path, string text) =>
        AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
