using System.Globalization;
using System.Security.Cryptography;

namespace Surprisal.Training;

/// <summary>All rows of a table in text: a column an input, and the text of the class of each row.</summary>
internal sealed class TableContent
{
    private TableContent(string path, List<TableColumn> columns, List<string> labels, DataSource source, bool hasIndex) =>
        (Path, Columns, Labels, Source, HasIndex) = (path, columns, labels, source, hasIndex);

    public string Path { get; }

    public List<TableColumn> Columns { get; }

    public List<string> Labels { get; }

    public DataSource Source { get; }

    /// <summary>Whether the first column counts the rows without a name, as pandas writes unasked; it is no input then.</summary>
    public bool HasIndex { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What its columns are.</param>
    /// <param name="like">The inputs of another file, which this one has too, in whatever order; null where its own are meant.</param>
    public static TableContent Read(string path, TableOptions options, IReadOnlyList<TableColumn>? like = null)
    {
        using var file = Utf8File.Open(path);
        var separator = CsvSeparator.Of(path, file.Text());
        using var rows = new CsvRows(path, file.Text(), separator);
        return Read(path, rows, options, like);
    }

    private static TableContent Read(string path, CsvRows rows, TableOptions options, IReadOnlyList<TableColumn>? like)
    {
        if (!rows.MoveNext() || rows.IsBlank)
            throw new InvalidDataException($"{path}: line 1 is blank; a header with the names of the columns was expected.");
        var header = new TableColumns(path, rows);
        var target = header.Find(options.Target);
        int[] inputs = like is not null ? [.. like.Select(column => header.Find(column.Name))]
            : header.Inputs(target, options.Ignore.Select(header.Find));
        var categories = like is null ? options.Categories.Select(header.Find).ToHashSet() : [];
        var mayBeIndex = like is null && inputs.Length > 0 && inputs[0] == 0 && header.Name(0).Length == 0;
        if (mayBeIndex) inputs = inputs[1..];
        if (inputs.Length == 0)
            throw new InvalidDataException($"{path}: there is no column but that of the classes; inputs were expected.");

        List<TableColumn> columns = [];
        var (labels, blank) = (new List<string>(), 0L);
        while (rows.MoveNext())
        {
            // Blank lines at the end are fine; one before a row is not.
            if (rows.IsBlank)
            {
                blank = blank == 0 ? rows.Line : blank;
                continue;
            }
            if (blank > 0) throw new InvalidDataException($"{path}: line {blank} is blank; a row was expected.");
            rows.Require(header.Count);
            if (labels.Count == 0)
                for (var i = 0; i < inputs.Length; i++)
                    columns.Add(new TableColumn(header.Name(inputs[i]), like is not null ? like[i].IsCategory
                        : categories.Contains(inputs[i]) || TableColumn.IsText(rows.Cell(inputs[i]))));
            if (mayBeIndex && !(int.TryParse(rows.Cell(0), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count == labels.Count))
                throw new InvalidDataException($"{path}: line {rows.Line}, column 1 has no name and does not count 0, 1, ... " +
                    "as an index of pandas does; a name was expected, or #1 among those that are ignored.");
            for (var i = 0; i < inputs.Length; i++)
                if (columns[i].Add(rows.Cell(inputs[i]), options.MaxCategories) is { } wrong) throw Wrong(inputs[i], wrong);
            var label = TableColumns.Text(rows.Cell(target));
            if (CsvCell.IsMissing(label)) throw Wrong(target, $"holds {Quoted.Of(label)}, a missing value; a class was expected.");
            labels.Add(label);
        }
        if (labels.Count == 0) throw new InvalidDataException($"{path}: there are no rows below the header; samples were expected.");
        using var bytes = File.OpenRead(path);
        var source = new DataSource
        {
            Name = System.IO.Path.GetFileName(path), Length = bytes.Length, Hash = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        };
        return new TableContent(path, columns, labels, source, mayBeIndex);

        InvalidDataException Wrong(int column, string what) =>
            new($"{path}: line {rows.LineOf(column)}, column {header.Describe(column)} {what}");
    }
}
