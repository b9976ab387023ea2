namespace Surprisal.Tests.Architecture;

/// <summary>The checkout that these tests were built from, as they read it: paths are relative to its root, with slashes.</summary>
internal static class Repository
{
    /// <summary>The folder of Surprisal.slnx, above the test program.</summary>
    public static string Root { get; } = FindRoot();

    // After Root, which it reads.
    private static readonly string[] ignored = [.. ReadIgnored()];

    /// <summary>Every file below <paramref name="folder"/> with that ending, without what .gitignore leaves out; empty where there is no such folder.</summary>
    public static IEnumerable<string> Files(string folder = "", string ending = "")
    {
        var start = FullPath(folder);
        return Directory.Exists(start) ? Walk(start).Where(path => path.EndsWith(ending, StringComparison.Ordinal)).Order(StringComparer.Ordinal) : [];
    }

    public static bool Exists(string path) => File.Exists(FullPath(path));

    /// <summary>A file's text, with \n between its lines.</summary>
    public static string Read(string path) => File.ReadAllText(FullPath(path)).ReplaceLineEndings("\n");

    public static string FullPath(string path) => Path.Combine(Root, path);

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            if (!ignored.Contains(Path.GetFileName(file), StringComparer.Ordinal)) // .git is a file in a work tree
                yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        foreach (var child in Directory.EnumerateDirectories(folder))
            if (!ignored.Contains(Path.GetFileName(child), StringComparer.Ordinal))
                foreach (var file in Walk(child))
                    yield return file;
    }

    private static IEnumerable<string> ReadIgnored() =>
        File.ReadLines(FullPath(".gitignore")).Where(static line => line.EndsWith('/')).Select(static line => line.TrimEnd('/')).Append(".git");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Surprisal.slnx")))
                return folder.FullName;
        throw new DirectoryNotFoundException(
            $"no folder above {AppContext.BaseDirectory} holds Surprisal.slnx: the architecture tests read the checkout, so run them inside it.");
    }
}
