#if COMMAND // which has a copy of its own, for the library does not offer it
namespace Surprisal.Cli.Tables;
#else
namespace Surprisal;
#endif

/// <summary>What stands between the cells of a table: comma, semicolon, tab or bar, as its header line says.</summary>
internal static class CsvSeparator
{
    private const string Known = ",;\t|";

    private static readonly string[] names = ["commas", "semicolons", "tabs", "bars"];

    /// <summary>The one separator outside quotes in the first line; a comma where there is none, for then there is one column.</summary>
    /// <exception cref="InvalidDataException">There are several of them, so that any could be part of a name; or the line has no
    /// end.</exception>
    public static char Of(string path, TextReader text)
    {
        var (seen, isQuoted) = (new bool[Known.Length], false);
        for (int letter, length = 0; (letter = text.Read()) >= 0 && (isQuoted || letter is not ('\r' or '\n')); length++)
        {
            if (letter == '"') isQuoted = !isQuoted;
            else if (!isQuoted && Known.IndexOf((char)letter, StringComparison.Ordinal) is >= 0 and var kind) seen[kind] = true;
            if (length > CsvRows.Longest) throw CsvRows.TooLong(path, 1);
        }
        var found = Enumerable.Range(0, seen.Length).Where(kind => seen[kind]).ToList();
        return found.Count switch
        {
            0 => Known[0],
            1 => Known[found[0]],
            _ => throw new InvalidDataException($"{path}: line 1 has {string.Join(" and ", found.Select(static kind => names[kind]))}; " +
                "one separator was expected: put names that hold another one between quotes."),
        };
    }
}
