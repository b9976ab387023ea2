using System.Globalization;

namespace Surprisal.Cli.Tables;

/// <summary>Columns whose names are one prefix with a number each: logit_0, logit_1, ...</summary>
internal sealed class CsvClasses
{
    private readonly List<(int Number, int Column)> columns = [];

    private CsvClasses(string prefix) => Prefix = prefix;

    /// <summary>What stands before the underscore.</summary>
    public string Prefix { get; }

    public bool IsSeveral => columns.Count > 1;

    /// <summary>All of them in a header, in the order of their first columns.</summary>
    public static IEnumerable<CsvClasses> Find(IReadOnlyList<string> names)
    {
        var found = new Dictionary<string, CsvClasses>(StringComparer.Ordinal);
        for (var column = 0; column < names.Count; column++)
        {
            var at = names[column].LastIndexOf('_');
            if (at < 0 || !int.TryParse(names[column].AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                continue;
            var prefix = names[column][..at];
            if (!found.TryGetValue(prefix, out var classes)) found.Add(prefix, classes = new CsvClasses(prefix));
            classes.columns.Add((number, column));
        }
        return found.Values;
    }

    /// <summary>The columns by their numbers; null where these are not 0, 1, ... each once.</summary>
    public int[]? InOrder()
    {
        columns.Sort();
        for (var i = 0; i < columns.Count; i++)
            if (columns[i].Number != i) return null;
        return [.. columns.Select(static column => column.Column)];
    }

    /// <summary>Where the numbers leave their order: "0, 1, 3", or "0, 1, 1".</summary>
    public string Describe()
    {
        columns.Sort();
        var wrong = 0;
        while (columns[wrong].Number == wrong) wrong++;
        var (first, end) = (Math.Max(0, wrong - 2), Math.Min(columns.Count, wrong + 1));
        var shown = columns[first..end].Select(column => $"{Prefix}_{column.Number}");
        return TerminalText.Escape($"{(first > 0 ? "..., " : "")}{string.Join(", ", shown)}{(end < columns.Count ? ", ..." : "")}");
    }
}
