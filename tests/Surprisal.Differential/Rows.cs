namespace Surprisal.Differential;

/// <summary>The rows of docs/pytorch-differences.md, which decisions are named after.</summary>
internal static class Rows
{
    private const string Page = "docs/pytorch-differences.md";

    /// <summary>The decisions that no row of the page stands for, a line each; they are found by drawing many calls.</summary>
    public static IEnumerable<string> Problems()
    {
        var rows = File.ReadLines(Find()).Select(static line => line.Split(" | ")).Where(static cells => cells.Length > 2)
            .Select(static cells => $"{cells[0].TrimStart('|', ' ')}: {cells[1]}").ToHashSet(StringComparer.Ordinal);
        return EveryCase.All
            .SelectMany(static of => Enumerable.Range(0, 30).SelectMany(number => of.Make(new Draw(0, number)).Decisions))
            .Select(static decision => decision.Row).Distinct(StringComparer.Ordinal)
            .Where(row => !rows.Contains(row)).Select(static row => $"{Page} has no row \"{row}\".");
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, Page))) return Path.Combine(folder.FullName, Page);
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds {Page}.");
    }
}
