namespace Surprisal.Training;

/// <summary>A table of files and their labels: a header <c>file,label,...</c>, then 0 or 1 for each label of a file.</summary>
internal static class LabelTable
{
    private const string First = "file";

    /// <summary>The names of the labels, and the row of each file.</summary>
    /// <exception cref="InvalidDataException">It is no such table; the message names line and column.</exception>
    public static (string[] Names, List<(string File, byte[] Labels, long Line)> Rows) Read(string path)
    {
        using var file = Utf8File.Open(path);
        var separator = CsvSeparator.Of(path, file.Text());
        using var rows = new CsvRows(path, file.Text(), separator);
        if (!rows.MoveNext() || rows.IsBlank) throw new InvalidDataException($"{path}: line 1 is blank; file and labels were expected.");
        var header = new TableColumns(path, rows);
        if (header.Name(0) != First)
            throw new InvalidDataException($"{path}: the header, line 1, begins with {Quoted.Of(header.Name(0))}; " +
                $"{Quoted.Of(First)} was expected, then a column a label.");
        int[] columns = header.Inputs(0, ignored: null);
        if (columns.Length == 0) throw new InvalidDataException($"{path}: the header, line 1, has no label; at least one was expected.");
        var (found, lines) = (new List<(string, byte[], long)>(), new Dictionary<string, long>(StringComparer.Ordinal));
        while (rows.MoveToRow(header.Count))
        {
            var name = TableColumns.Text(rows.Cell(0));
            if (name.Length == 0) throw new InvalidDataException($"{path}: line {rows.Line} names no file.");
            if (!lines.TryAdd(name, rows.Line))
                throw new InvalidDataException($"{path}: line {rows.Line} names {Quoted.Of(name)}, as line {lines[name]} does; " +
                    "each file has one row.");
            var labels = new byte[columns.Length];
            for (var i = 0; i < labels.Length; i++)
            {
                var cell = rows.Cell(columns[i]);
                var wrong = CsvCell.Read<double>(cell, out var number);
                if (wrong is null && number is not (0 or 1)) wrong = $"holds {Quoted.Of(CsvCell.Trim(cell))}; 0 or 1 was expected.";
                if (wrong is not null)
                    throw new InvalidDataException($"{path}: line {rows.LineOf(columns[i])}, column {header.Describe(columns[i])} {wrong}");
                labels[i] = (byte)number;
            }
            found.Add((name, labels, rows.Line));
        }
        return found.Count > 0 ? ([.. columns.Select(header.Name)], found)
            : throw new InvalidDataException($"{path}: there are no rows below the header; files were expected.");
    }
}
