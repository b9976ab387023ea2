using System.Globalization;
using System.Security.Cryptography;

namespace Surprisal.Training;

/// <summary>All rows of a table in text: a column an input, and the text of the class of each row.</summary>
internal sealed class TableContent
{
    private TableContent(string path, List<TableColumn> columns, int count, List<string> labels, bool hasIndex) =>
        (Path, Columns, Count, Labels, HasIndex) = (path, columns, count, labels, hasIndex);

    public string Path { get; }

    public List<TableColumn> Columns { get; }

    /// <summary>How many rows there are.</summary>
    public int Count { get; }

    /// <summary>The class of each row; empty where nobody asked for it.</summary>
    public List<string> Labels { get; }

    /// <summary>The line that the class of each row is in, from 1 on.</summary>
    public required List<long> Lines { get; init; }

    /// <summary>Whether the first column counts the rows without a name, as pandas writes unasked; it is no input then.</summary>
    public bool HasIndex { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What its columns are.</param>
    /// <param name="like">The inputs of another file, which this one has too, in whatever order; null where its own are meant.</param>
    public static TableContent Read(string path, TableOptions options, IReadOnlyList<TableInput>? like = null)
    {
        using var file = Utf8File.Open(path);
        return ReadFrom(file, options, like);
    }

    /// <summary>Reads the inputs alone.</summary>
    public static TableContent Read(Utf8File file, IReadOnlyList<TableInput> like) => ReadFrom(file, null, like);

    /// <summary>What the file is, with the hash of its bytes.</summary>
    public DataSource ReadSource()
    {
        using var bytes = File.OpenRead(Path);
        return new DataSource
        {
            Name = System.IO.Path.GetFileName(Path), Length = bytes.Length, Hash = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        };
    }

    /// <summary>The same without some of its columns.</summary>
    public TableContent Without(IReadOnlySet<TableColumn> columns) =>
        new(Path, [.. Columns.Where(column => !columns.Contains(column))], Count, Labels, HasIndex) { Lines = Lines };

    private static TableContent ReadFrom(Utf8File file, TableOptions? options, IReadOnlyList<TableInput>? like)
    {
        var separator = CsvSeparator.Of(file.Path, file.Text());
        using var rows = new CsvRows(file.Path, file.Text(), separator);
        return Read(file.Path, rows, options, like);
    }

    /// <param name="path">What messages call it.</param>
    /// <param name="rows">The header first.</param>
    /// <param name="options">What the columns are; null where there are inputs alone.</param>
    /// <param name="like">The inputs that are known before; null where the columns make them.</param>
    private static TableContent Read(string path, CsvRows rows, TableOptions? options, IReadOnlyList<TableInput>? like)
    {
        if (!rows.MoveNext() || rows.IsBlank)
            throw new InvalidDataException($"{path}: line 1 is blank; a header with the names of the columns was expected.");
        var header = new TableColumns(path, rows);
        var target = options is null ? -1 : header.Find(options.Target);
        int[] ignored = like is null ? [.. options!.Ignore.Select(header.Find)] : [];
        int[] inputs = like is not null ? [.. like.Select(header.Find)]
            : header.Inputs(target, ignored);
        var categories = like is null ? options!.Categories.Select(header.Find).ToHashSet() : [];
        foreach (var column in ignored) header.CheckApart(column, "one that is ignored", [target], "the classes");
        foreach (var column in categories) header.CheckApart(column, "one of categories", [target], "the classes");
        foreach (var column in categories) header.CheckApart(column, "one of categories", ignored, "one that is ignored");
        var mayBeIndex = like is null && inputs.Length > 0 && inputs[0] == 0 && header.Name(0).Length == 0;
        if (mayBeIndex) inputs = inputs[1..];
        if (inputs.Length == 0)
            throw new InvalidDataException($"{path}: there is no column but that of the classes; inputs were expected.");

        List<TableColumn> columns = [];
        var (labels, lines, count) = (new List<string>(), new List<long>(), 0);
        while (rows.MoveToRow(header.Count))
        {
            if (count == 0)
                for (var i = 0; i < inputs.Length; i++)
                    columns.Add(like is not null
                        ? new TableColumn(like[i].Name, like[i].Texts is not null)
                        : new TableColumn(header.Name(inputs[i]),
                            categories.Contains(inputs[i]) || TableColumn.IsText(rows.Cell(inputs[i])),
                            header.PlaceAmongOthers(inputs[i])));
            if (mayBeIndex && !(int.TryParse(rows.Cell(0), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index == count))
                throw new InvalidDataException($"{path}: line {rows.Line}, column 1 has no name and does not count 0, 1, ... " +
                    $"as an index of pandas does; a name was expected{TableColumns.OrIgnored(0)}.");
            for (var i = 0; i < inputs.Length; i++)
                if (columns[i].Add(rows.Cell(inputs[i]), like is null ? options!.MaxCategories : int.MaxValue) is { } wrong)
                    throw Wrong(inputs[i], wrong);
            count++;
            if (target < 0) continue;
            var label = TableColumns.Text(rows.Cell(target));
            if (CsvCell.IsMissing(label)) throw Wrong(target, $"holds {Quoted.Of(label)}, a missing value; a class was expected.");
            labels.Add(label);
            lines.Add(rows.LineOf(target));
        }
        if (count == 0) throw new InvalidDataException($"{path}: there are no rows below the header; samples were expected.");
        return new TableContent(path, columns, count, labels, mayBeIndex) { Lines = lines };

        InvalidDataException Wrong(int column, string what) =>
            new($"{path}: line {rows.LineOf(column)}, column {header.Describe(column)} {what}");
    }
}
