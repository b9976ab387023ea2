namespace Surprisal.Columnar;

/// <summary>The columns of a file, and which of them are meant: nothing is guessed where several can be.</summary>
internal sealed class ColumnSet(string path, IReadOnlyList<Column> columns)
{
    private const int Shown = 20;

    private readonly IReadOnlyList<ColumnPrefix> prefixes = ColumnPrefix.Find(columns);

    /// <summary>What can be opened by a name, in the order of the file: columns, and each set of several classes once.</summary>
    public IReadOnlyList<ColumnChoice> Choices { get; } = [.. Every(columns)];

    /// <summary>The columns with that name exactly, or NAME_0, NAME_1, ...; without a name the only choice that makes an array.</summary>
    /// <param name="name">What was asked for.</param>
    /// <param name="hasNames">Whether classes have names, so that text makes an array too.</param>
    /// <exception cref="InvalidDataException">There is none, or any of several can be meant.</exception>
    public ColumnChoice Choose(string? name, bool hasNames)
    {
        if (name is null) return Only(hasNames);
        var found = columns.Where(column => column.Name == name).ToList();
        if (found.Count > 1) throw Wrong($"has {found.Count} columns \"{OneLine.Short(name)}\"; one was expected");
        if (found.Count == 1) return new ColumnChoice([Readable(found[0], hasNames)], name, IsPrefix: false);
        if (prefixes.FirstOrDefault(prefix => prefix.Name == name) is not { } classes)
            throw Wrong($"has no column \"{OneLine.Short(name)}\"; it has {List(Choices)}");
        if (classes.Complaint() is { } complaint) throw Wrong(complaint);
        return new ColumnChoice([.. classes.Members], name, IsPrefix: true);
    }

    private static IEnumerable<ColumnChoice> Every(IReadOnlyList<Column> columns)
    {
        var several = ColumnPrefix.Find(columns).Where(static prefix => prefix.IsSeveral && prefix.Complaint() is null).ToList();
        var seen = new HashSet<ColumnPrefix>();
        foreach (var column in columns)
        {
            var classes = several.FirstOrDefault(prefix => prefix.Members.Contains(column));
            if (classes is null) yield return new ColumnChoice([column], column.Name, IsPrefix: false);
            else if (seen.Add(classes)) yield return new ColumnChoice([.. classes.Members], classes.Name, IsPrefix: true);
        }
    }

    private ColumnChoice Only(bool hasNames)
    {
        var open = Choices.Where(choice => IsReadable(choice.First, hasNames)).ToList();
        if (open.Count == 1) return open[0];
        if (columns.Count == 0) throw Wrong("has no columns");
        throw open.Count == 0
            ? Wrong($"has no column that is read, but {List(Choices)}; numbers or lists of them were expected")
            : Wrong($"has {List(Choices)}; name one of them, as {path}:{OneLine.Short(open[0].Name)}");
    }

    private Column Readable(Column column, bool hasNames)
    {
        if (IsReadable(column, hasNames)) return column;
        throw new InvalidDataException($"{path}:{OneLine.Short(column.Name)} holds {column.What}; " + (column.Kind == ColumnKind.Text
            ? "its order is no order of classes: the names of the classes are needed too (--class-names)."
            : "float16, float32, float64, integers, bool or lists of one of these were expected."));
    }

    private static bool IsReadable(Column column, bool hasNames) =>
        column.Kind is ColumnKind.Numbers or ColumnKind.Lists || (column.Kind == ColumnKind.Text && hasNames);

    private static string List(IReadOnlyCollection<ColumnChoice> choices)
    {
        if (choices.Count == 0) return "none";
        var shown = choices.Take(Shown).Select(static choice =>
            $"{OneLine.Short(choice.Name)} ({choice.First.What}{(choice.IsPrefix ? $", {choice.Columns.Count} columns" : "")})");
        return string.Join(", ", shown) + (choices.Count > Shown ? $" and {choices.Count - Shown} more" : "");
    }

    private InvalidDataException Wrong(string what) => new($"{path} {what}.");
}
