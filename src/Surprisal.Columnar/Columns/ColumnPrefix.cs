using System.Globalization;

namespace Surprisal.Columnar;

/// <summary>Columns whose names are one prefix with a number each: x_0, x_1, ...; classes, in the order of their numbers.</summary>
internal sealed class ColumnPrefix
{
    private readonly List<(int Number, Column Column)> members = [];

    private ColumnPrefix(string name) => Name = name;

    /// <summary>What stands before the underscore.</summary>
    public string Name { get; }

    public bool IsSeveral => members.Count > 1;

    public IEnumerable<Column> Members => members.Select(static member => member.Column);

    /// <summary>All prefixes of a file, in the order of their first columns.</summary>
    public static IReadOnlyList<ColumnPrefix> Find(IEnumerable<Column> columns)
    {
        var found = new Dictionary<string, ColumnPrefix>(StringComparer.Ordinal);
        foreach (var column in columns.Where(static column => column.Kind == ColumnKind.Numbers))
        {
            var at = column.Name.LastIndexOf('_');
            if (at < 0 || !int.TryParse(column.Name.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                continue;
            if (!found.TryGetValue(column.Name[..at], out var prefix))
                found.Add(column.Name[..at], prefix = new ColumnPrefix(column.Name[..at]));
            prefix.members.Add((number, column));
        }
        foreach (var prefix in found.Values) prefix.members.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        return [.. found.Values];
    }

    /// <summary>What keeps these from being classes; null where nothing does.</summary>
    public string? Complaint()
    {
        for (var i = 0; i < members.Count; i++)
        {
            var (number, column) = members[i];
            if (number != i)
                return $"has the columns {OneLine.Short(string.Join(", ", Members.Take(i + 1).Select(static c => c.Name)))}; " +
                    $"{OneLine.Short(Name)}_0, {OneLine.Short(Name)}_1, ... were expected, each once and without a gap";
            if (column.Type != members[0].Column.Type)
                return $"has {OneLine.Short(column.Name)} of {column.Type} beside {OneLine.Short(members[0].Column.Name)} of " +
                    $"{members[0].Column.Type}; classes of one type were expected";
        }
        return null;
    }
}
