namespace Surprisal.Cli.Evaluate;

/// <summary>The files that answers go to; none by default. What is there is kept unless it is asked to be replaced.</summary>
internal sealed record OutputFiles
{
    /// <summary>Everything for machines, and what merges; "-" is the standard output.</summary>
    public string? Json { get; init; }

    /// <summary>The classes, a line each; "-" is the standard output.</summary>
    public string? Csv { get; init; }

    /// <summary>A page with pictures.</summary>
    public string? Report { get; init; }

    /// <summary>What became of each row; of an evaluation only.</summary>
    public string? Rows { get; init; }

    public bool Replaces { get; init; }

    /// <summary>Where what is temporary may be: beside the first file, or where the system has such things.</summary>
    public string TemporaryFolder =>
        (InFile(Json) ?? Rows ?? Report ?? InFile(Csv)) is { } path
            ? Path.GetDirectoryName(Path.GetFullPath(path))! : Path.GetTempPath();

    /// <summary>Refuses before any work is done what could not be written after it.</summary>
    public void Check()
    {
        if (Json is "-" && Csv is "-")
            throw new InvalidDataException("--json and --csv are both -; the standard output takes one of them.");
        foreach (var (option, path) in new[] { ("--report", Report), ("--rows", Rows) })
            if (path is "-") throw new InvalidDataException($"{option} is -; the name of a file was expected.");
        OutputPath.Check("--json", InFile(Json), Replaces);
        OutputPath.Check("--csv", InFile(Csv), Replaces);
        OutputPath.Check("--report", Report, Replaces);
        OutputPath.Check("--rows", Rows, Replaces);
        var given = new[] { ("--json", InFile(Json)), ("--csv", InFile(Csv)), ("--report", Report), ("--rows", Rows) }
            .Where(static one => one.Item2 is not null).GroupBy(static one => Path.GetFullPath(one.Item2!), StringComparer.Ordinal);
        foreach (var same in given.Where(static group => group.Count() > 1))
            throw new InvalidDataException($"{string.Join(" and ", same.Select(static one => one.Item1))} name the same file, " +
                $"{same.First().Item2}; each writes one of its own.");
    }

    private static string? InFile(string? path) => path is "-" ? null : path;

    /// <summary>Writes whole or not at all.</summary>
    public static void Write(string path, string text) =>
        AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
