namespace Surprisal.Differential;

/// <summary>The rows of docs/pytorch-differences.md, which decisions are named after.</summary>
internal static class Rows
{
    public const string Page = "docs/pytorch-differences.md";

    private static readonly HashSet<string> rows = File.ReadLines(Find()).Select(static line => line.Split(" | ")).Where(static cells => cells.Length > 2)
        .Select(static cells => $"{cells[0].TrimStart('|', ' ')}: {cells[1]}").ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether the page has a row of this function and case.</summary>
    public static bool Has(string row) => rows.Contains(row);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, Page))) return Path.Combine(folder.FullName, Page);
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds {Page}.");
    }
}
