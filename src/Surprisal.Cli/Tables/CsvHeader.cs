using System.Globalization;

namespace Surprisal.Cli.Tables;

/// <summary>The names of a table's columns, and which of them is meant.</summary>
/// <param name="path">The file, as messages name it.</param>
/// <param name="names">The names in the order of the file.</param>
/// <param name="counts">Whether the first column counts the rows from 0.</param>
internal sealed class CsvHeader(string path, IReadOnlyList<string> names, bool counts)
{
    /// <summary>How many columns the file has.</summary>
    public int Count => names.Count;

    /// <summary>Whether the first column has no name; if it counts 0, 1, ... it is the index that pandas writes unasked.</summary>
    private bool IsFirstUnnamed => IsUnnamed(names);

    private bool HasIndex => counts && IsFirstUnnamed;

    /// <summary>Whether the first of several columns has no name, and could be an index.</summary>
    public static bool IsUnnamed(IReadOnlyList<string> names) => names is [{ Length: 0 }, _, ..];

    /// <summary>How messages call a column.</summary>
    public string Describe(int column) => names[column].Length > 0 ? Quoted.Of(names[column]) : $"#{column + 1} (without a name)";

    /// <summary>Refuses a first line that holds numbers: a header is missing, and the first row would be lost.</summary>
    public void Require()
    {
        var named = IsFirstUnnamed ? names.Skip(1) : names;
        if (!IsNumbered && named.All(static name => CsvNumber.TryRead(CsvCell.Trim(name), out _)))
            throw new InvalidDataException($"{path}: line 1 holds numbers ({Quoted.List([.. named])}), so the header is missing; " +
                "names of the columns were expected, or 0, 1, ... as pandas writes.");
    }

    /// <summary>The one column of that name, or #3 for the third and #-1 for the last; the only one where none is named.</summary>
    public int Column(string? name)
    {
        if (name is null)
            return names.Count == (HasIndex ? 2 : 1) ? names.Count - 1
                : throw Wrong($"has the columns {List}; the name of one was expected");
        var found = Enumerable.Range(0, names.Count).Where(column => names[column] == name).ToList();
        if (found.Count == 1) return found[0];
        if (found.Count > 1)
            throw Wrong($"has {found.Count} columns {Quoted.Of(name)}; one was expected: choose it by " +
                string.Join(" or ", found.Select(static column => $"#{column + 1}")));
        if (name is not ['#', .. var number]) throw Wrong($"has no column {Quoted.Of(name)}{Suggestion(name)}");
        var isNumber = int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var position);
        if (!isNumber || position == 0 || position > names.Count || position < -names.Count)
            throw Wrong($"has no column {Quoted.Of(name)}; #1 to #{names.Count} were expected, or #-1 for the last");
        return position > 0 ? position - 1 : names.Count + position;
    }

    /// <summary>The columns of the classes in the order of the classes.</summary>
    /// <param name="prefix">What is before the numbers: logit for logit_0, logit_1, ...; null where one kind of them is there, or all
    /// names are 0, 1, ... as pandas writes.</param>
    public int[] Classes(string? prefix)
    {
        if (prefix is null && IsNumbered)
        {
            if (!IsFirstUnnamed) return [.. Enumerable.Range(0, names.Count)];
            return HasIndex ? [.. Enumerable.Range(1, names.Count - 1)]
                : throw Wrong("has a first column that has no name and does not count 0, 1, ... as an index of pandas does; " +
                    "classes alone were expected (index=False)");
        }
        var found = CsvClasses.Find(names).Where(classes => prefix is null || classes.Prefix == prefix).ToList();
        // One column with a number, such as top_5, is not what was meant unless its prefix was given.
        if (prefix is null && found.Exists(static classes => classes.IsSeveral)) found.RemoveAll(static classes => !classes.IsSeveral);
        var expected = $"{prefix ?? "NAME"}_0, {prefix ?? "NAME"}_1, ... were expected";
        return found.Count switch
        {
            0 => throw Wrong($"has no columns of classes, but {List}; {expected}"),
            1 => found[0].InOrder() ?? throw Wrong($"has classes {found[0].Describe()}; {expected}, each once and without a gap"),
            _ => throw Wrong($"has columns of classes for {Quoted.List([.. found.Select(static classes => classes.Prefix)])}; " +
                "one of these was expected to be named"),
        };
    }

    /// <summary>Whether the names are exactly 0, 1, ..., as pandas writes where a frame has none.</summary>
    private bool IsNumbered
    {
        get
        {
            var first = IsFirstUnnamed ? 1 : 0;
            for (var column = first; column < names.Count; column++)
                if (names[column] != (column - first).ToString(CultureInfo.InvariantCulture)) return false;
            return true;
        }
    }

    private string List => Quoted.List([.. names]);

    private string Suggestion(string name) =>
        DidYouMean.Guess(name, names) is { } guess ? $", but {Quoted.Of(guess)}" : $", but {List}";

    private InvalidDataException Wrong(string what) => new($"{path}: the header {what}.");
}
