using System.Globalization;

namespace Surprisal.Training;

/// <summary>The names in the first line of a table, and which columns are meant by names and places.</summary>
internal sealed class TableColumns
{
    private readonly string path;
    private readonly string[] names;

    public TableColumns(string path, CsvRows header)
    {
        this.path = path;
        header.Require(header.Count);
        names = new string[header.Count];
        for (var i = 0; i < names.Length; i++) names[i] = Text(header.Cell(i));
        if (!names.Where(static (name, i) => name != $"{i}").Any()) return; // pandas writes these where a frame has no names
        if (names.Skip(names[0].Length == 0 ? 1 : 0).All(static name => CsvNumber.TryRead(name, out _)))
            throw new InvalidDataException($"{path}: line 1 holds numbers ({Quoted.List(names)}), so the header is missing; " +
                "names of the columns were expected.");
    }

    public int Count => names.Length;

    /// <summary>The text of a cell, quotes inside no longer doubled, blanks around it gone.</summary>
    public static string Text(ReadOnlySpan<char> cell) =>
        CsvCell.Trim(cell).ToString().Replace("\"\"", "\"", StringComparison.Ordinal);

    public string Name(int column) => names[column];

    /// <summary>How messages call a column.</summary>
    public string Describe(int column) => names[column].Length > 0 ? Quoted.Of(names[column]) : $"#{column + 1} (without a name)";

    /// <summary>The column of that name, or #3 for the third and #-1 for the last.</summary>
    public int Find(string name)
    {
        var found = Places(name);
        if (found.Count == 1) return found[0];
        if (found.Count > 1)
            throw Wrong($"has {found.Count} columns {Quoted.Of(name)}; one was expected: choose it by " +
                string.Join(" or ", found.Select(static column => $"#{column + 1}")));
        if (name is not ['#', .. var number]) throw Wrong($"has no column {Quoted.Of(name)}, but {Quoted.List(names)}");
        if (!int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var place)
            || place == 0 || place > Count || place < -Count)
            throw Wrong($"has no column {Quoted.Of(name)}; #1 to #{Count} were expected, or #-1 for the last");
        return place > 0 ? place - 1 : Count + place;
    }

    /// <summary>The column that an input of another table is here: of several with its name the one at its place.</summary>
    public int Find(TableInput input)
    {
        var found = Places(input.Name);
        return found.Count == 1 ? found[0]
            : found.Count == 0 ? throw Wrong($"has no column {Quoted.Of(input.Name)}, but {Quoted.List(names)}")
            : input.Place is { } place && found.Contains(place - 1) ? place - 1
            : throw Wrong($"has {found.Count} columns {Quoted.Of(input.Name)}, " +
                $"{string.Join(" and ", found.Select(static column => $"#{column + 1}"))}; one was expected" +
                (input.Place is null ? "" : $", or #{input.Place} among them as in the table that was learned from") +
                ": give the others names of their own");
    }

    /// <summary>Which column it is, from 1 on, where others have its name; else null.</summary>
    public int? PlaceAmongOthers(int column) => Places(names[column]).Count > 1 ? column + 1 : null;

    private List<int> Places(string name) => [.. Enumerable.Range(0, Count).Where(column => names[column] == name)];

    /// <summary>The columns that are inputs: all but those, each with a name of its own; a first one without a name may be an
    /// index.</summary>
    /// <param name="target">The one of the classes.</param>
    /// <param name="ignored">Those that are left out; null where none can be.</param>
    public int[] Inputs(int target, IReadOnlyList<int>? ignored)
    {
        int[] inputs = [.. Enumerable.Range(0, Count).Except([target, .. ignored ?? []])];
        foreach (var column in inputs)
        {
            if (names[column].Length == 0 && column > 0)
                throw Wrong($"has no name for column {column + 1}; a name was expected{(ignored is null ? "" : OrIgnored(column))}");
            var same = Array.FindIndex(inputs, other => names[other] == names[column]);
            if (inputs[same] != column)
                throw Wrong($"has the name {Quoted.Of(names[column])} for columns {inputs[same] + 1} and {column + 1}; " +
                    $"different names were expected{(ignored is null ? "" : OrIgnored(column))}");
        }
        return inputs;
    }

    /// <summary>Refuses a column of which two things are said, of which the second would do nothing.</summary>
    public void CheckApart(int column, string first, IEnumerable<int> others, string second)
    {
        if (others.Contains(column)) throw Wrong($"has the column {Describe(column)} as {first} and as {second}; one of them was expected");
    }

    /// <summary>How a column is left out, to follow what was expected of it.</summary>
    public static string OrIgnored(int column) => $", or that it is left out: --ignore-column '#{column + 1}', TableOptions.Ignore";

    private InvalidDataException Wrong(string what) => new($"{path}: the header, line 1, {what}.");
}
