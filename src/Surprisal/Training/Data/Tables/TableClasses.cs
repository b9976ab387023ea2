namespace Surprisal.Training;

/// <summary>The classes of a table: its labels in the order of their numbers, or of their texts where one is no number.</summary>
internal static class TableClasses
{
    /// <summary>The names of the classes.</summary>
    /// <exception cref="InvalidDataException">There is only one, or labels are numbers but not all whole.</exception>
    public static string[] Names(TableContent table)
    {
        var texts = table.Labels.Distinct(StringComparer.Ordinal).ToList();
        string[] names;
        if (texts.TrueForAll(static text => CsvNumber.TryRead(text, out _)))
        {
            if (texts.Find(static text => Whole(text) is null) is { } broken)
                throw new InvalidDataException($"{table.Path}: line {table.Lines[table.Labels.IndexOf(broken)]} has the class " +
                    $"{Quoted.Of(broken)}; a whole number or a name was expected.");
            names = [.. texts.Select(static text => Whole(text)!.Value).Distinct().Order().Select(static number => $"{number}")];
        }
        else names = [.. texts.Order(StringComparer.Ordinal)];
        return names.Length > 1 ? names
            : throw new InvalidDataException($"{table.Path}: all rows have the class {Quoted.Of(names[0])}; at least two were expected.");
    }

    /// <summary>The place of each row's class among the names.</summary>
    /// <exception cref="InvalidDataException">A row has another class.</exception>
    public static long[] Targets(TableContent table, IReadOnlyList<string> names)
    {
        var places = names.Index().ToDictionary(static name => name.Item, static name => (long)name.Index, StringComparer.Ordinal);
        var targets = new long[table.Labels.Count];
        for (var i = 0; i < targets.Length; i++)
            if (!places.TryGetValue(table.Labels[i], out targets[i])
                && !(Whole(table.Labels[i]) is { } number && places.TryGetValue($"{number}", out targets[i])))
                throw new InvalidDataException(
                    $"{table.Path}: line {table.Lines[i]} has the class {Quoted.Of(table.Labels[i])}; " +
                    $"one of {Quoted.List([.. names])} was expected.");
        return targets;
    }

    /// <summary>1.0 is 1: pandas writes so once a value was missing.</summary>
    private static long? Whole(string text) =>
        CsvNumber.TryRead(text, out var number) && number.TryLong(out var whole, out _) ? whole : null;
}
