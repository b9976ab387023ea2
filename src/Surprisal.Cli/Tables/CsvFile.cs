namespace Surprisal.Cli.Tables;

/// <summary>Opens tables in text (CSV) as arrays: scores of classes, one column of numbers, or targets.</summary>
/// <remarks>
/// <para>The first line is the header, and it alone says what separates the cells: commas, semicolons, tabs or bars. The text is UTF-8,
/// with or without its mark; lines end as on any system; quotes are those of RFC 4180. Nothing is guessed: several columns that could be
/// meant are listed and refused, a missing value is an error, and so is 1,5. Classes are columns NAME_0, NAME_1, ... in the order of their
/// numbers, or all columns where their names are 0, 1, ..., as pandas writes. A first column without a name that counts 0, 1, ... is
/// pandas' index and never a class.</para>
/// <para>A file of any length is read in constant memory: once when it is opened, to count its rows, and once in order, row by row. What is
/// wrong with a row is found when it is read, and named by its line, from 1, and its column. Values are float64 rounded once to the
/// nearest; targets are int64.</para>
/// </remarks>
internal static class CsvFile
{
    /// <summary>Whether a file that no binary format claims by its first bytes can be a table: text in UTF-8 whose first line is not
    /// blank.</summary>
    /// <param name="start">The first bytes, 64 or more of them where there are as many.</param>
    public static bool IsText(ReadOnlySpan<byte> start)
    {
        if (!Utf8File.IsText(start)) return false;
        var text = start.StartsWith("\uFEFF"u8) ? start[3..] : start;
        return text.TrimStart(" \t"u8) is [not ((byte)'\r' or (byte)'\n'), ..];
    }

    /// <summary>Scores of classes: float64 [N, C].</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">What stands before the numbers of the classes, such as logit for logit_0, logit_1, ...; null where the file
    /// has classes of one name only.</param>
    /// <exception cref="InvalidDataException">It is no such table, or several columns can be meant.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static StoredArray OpenScores(string path, string? columns) => Open(path,
        table => new CsvArray<double>(table, table.Header.Classes(columns), columns, isVector: false));

    /// <summary>One column of numbers: float64 [N].</summary>
    /// <param name="path">The file.</param>
    /// <param name="column">Its name; or, where no column has that name, its place: #3 for the third, #-1 for the last. Null for the only
    /// one.</param>
    /// <inheritdoc cref="OpenScores"/>
    public static StoredArray OpenColumn(string path, string? column) => Open(path,
        table => new CsvArray<double>(table, [table.Header.Column(column)], column, isVector: true));

    /// <summary>One column of whole numbers, such as 1 or 1.0: int64 [N].</summary>
    /// <inheritdoc cref="OpenColumn"/>
    public static StoredArray OpenTargets(string path, string? column) => Open(path,
        table => new CsvArray<long>(table, [table.Header.Column(column)], column, isVector: true));

    private static StoredArray Open(string path, Func<CsvTable, StoredArray> open)
    {
        var table = CsvTable.Open(path);
        try
        {
            return open(table);
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }
}
