namespace Surprisal.Bench;

/// <summary>The folder of the repository that this program was built in: the benchmark's other parts are there, and its pages.</summary>
internal static class RepositoryRoot
{
    private const string Mark = "Surprisal.slnx";

    /// <summary>The full path of what lies in the repository under this one.</summary>
    public static string Path(string relative)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(System.IO.Path.Combine(root.FullName, Mark))) root = root.Parent;
        return root is null
            ? throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds {Mark}.")
            : System.IO.Path.Combine(root.FullName, relative);
    }
}
