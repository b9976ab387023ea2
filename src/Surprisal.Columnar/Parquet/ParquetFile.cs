using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace Surprisal.Columnar;

/// <summary>Parquet, column by column: of a row group only the columns that were asked for are read.</summary>
internal sealed class ParquetFile : ColumnarFile
{
    private const int LevelBytes = 4;

    private readonly long footer;
    private readonly FileBytesStream stream;
    private readonly ParquetReader reader;
    private readonly ParquetSchema schema;
    private readonly ParquetLevelBuffers levels = new();
    private readonly HashSet<SchemaElement> halves = new(ReferenceEqualityComparer.Instance);

    private ParquetFile(FileBytes file, long memory)
        : base(file, memory)
    {
        footer = ParquetFooter.Check(file, memory);
        stream = new FileBytesStream(file);
        (reader, schema) = Watchdog.Run(file, $"{file.Path}: the footer", file.Length - footer, () =>
        {
            var opened = ParquetReader.CreateAsync(stream, leaveStreamOpen: true).GetAwaiter().GetResult();
            Simplify(opened.Metadata!);
            return (opened, opened.Schema);
        });
        Found(ParquetColumns.Of(schema, halves), Groups());
    }

    public static ParquetFile Open(FileBytes file, long memory) => new(file, memory);

    /// <inheritdoc/>
    internal override long ListSize(Column column)
    {
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            var rows = Starts[group + 1] - Starts[group];
            if (rows == 0) continue;
            var chunk = Chunk(group, column);
            if (chunk.Values % rows == 0 && chunk.Values > 0) return chunk.Values / rows;
            // Not of one length, or some are null: said of the first such row.
            var numbers = new ParquetNumbers(this, group, column, chunk);
            Watchdog.Run(File, Describe(group), chunk.Values * 8, () => numbers.Check(width: -1));
            return chunk.Values / rows;
        }
        return 0;
    }

    /// <inheritdoc/>
    internal override NumberBuffer Decode(int group, ColumnChoice choice, GroupedArray array, NumberBuffer? spare)
    {
        var rows = Starts[group + 1] - Starts[group];
        var chunks = choice.Columns.Select(column => Chunk(group, column)).ToList();
        foreach (var chunk in chunks)
            if (chunk.Values != rows * (choice.First.Kind == ColumnKind.Lists ? array.Width : 1) && choice.First.Kind != ColumnKind.Lists)
                throw new InvalidDataException($"{chunk.Name} has {chunk.Values} values in a group of {rows} rows: the footer is damaged.");
        Require(group, choice, array, chunks, rows);
        return Watchdog.Run(File, Describe(group), chunks.Max(static chunk => chunk.Values) * 8, () =>
        {
            var buffer = NumberBuffer.Create(array.Type, rows * array.Width, spare);
            for (var i = 0; i < chunks.Count; i++)
                new ParquetNumbers(this, group, choice.Columns[i], chunks[i]).Read(buffer, array, i);
            return buffer;
        });
    }

    /// <summary>The reader of a column's values, whose pages have been gone over.</summary>
    internal ParquetChunkReader Values(int group, Column column, ParquetChunk chunk)
    {
        new ParquetPages(File, chunk, Memory).Check();
        return new ParquetChunkReader(reader.OpenRowGroupReader(group), stream, chunk, Leaf(column), levels);
    }

    internal DataField Leaf(Column column) => ParquetColumns.Leaf(schema.Fields[column.Index])!;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) reader?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose(disposing);
    }

    /// <summary>Takes out what the decoder trips over: half precision, which then comes as bytes, and statistics.</summary>
    private void Simplify(FileMetaData metadata)
    {
        foreach (var element in metadata.Schema)
            if (element.LogicalType?.FLOAT16 is not null && element is { Type: Parquet.Meta.Type.FIXED_LEN_BYTE_ARRAY, TypeLength: 2 })
            {
                element.LogicalType = null;
                halves.Add(element);
            }
        foreach (var column in metadata.RowGroups.SelectMany(static group => group.Columns))
            if (column.MetaData is { } data) data.Statistics = null;
    }

    private List<long> Groups()
    {
        var (metadata, rows) = (reader.Metadata!, new List<long>());
        foreach (var group in metadata.RowGroups)
        {
            if (group.NumRows is < 0 or > int.MaxValue)
                throw new InvalidDataException(
                    $"{Path}: row group {rows.Count} has {group.NumRows} rows; 0 to {int.MaxValue} were expected.");
            rows.Add(group.NumRows);
        }
        return rows.Sum() == metadata.NumRows ? rows
            : throw new InvalidDataException(
                $"{Path} has {rows.Sum()} rows in its groups, but {metadata.NumRows} by its footer: it is damaged.");
    }

    private ParquetChunk Chunk(int group, Column column)
    {
        var (leaf, name) = (Leaf(column), $"{Path}:{OneLine.Short(column.Name)}");
        var chunk = reader.OpenRowGroupReader(group).GetMetadata(leaf);
        if (chunk?.MetaData is not { } data)
            throw new InvalidDataException($"{name}: row group {group} does not have it: the file is damaged, or encrypted.");
        if (chunk.FilePath is { Length: > 0 } other)
            throw new InvalidDataException($"{name}: its pages are in another file, {OneLine.Short(other)}, which is not read.");
        return ParquetChunk.Of(
            data, footer, leaf.MaxRepetitionLevel > 0, leaf.MaxDefinitionLevel > 0, column.Type == StoredType.Boolean, name);
    }

    private void Require(int group, ColumnChoice choice, GroupedArray array, List<ParquetChunk> chunks, long rows)
    {
        var leaf = Leaf(choice.First);
        var values = chunks.Max(static chunk => chunk.Values);
        var perValue = (leaf.MaxDefinitionLevel > 0 ? LevelBytes : 0) + (leaf.MaxRepetitionLevel > 0 ? LevelBytes : 0)
            + ParquetNumbers.ScratchBytes(choice, array);
        var size = (Int128)rows * array.Width * (array.Type.Bits / 8) + (Int128)values * perValue;
        if (size <= Memory) return;
        throw new InvalidDataException($"{array.Name}: row group {group} (rows {Starts[group]} to {Starts[group + 1] - 1}) takes " +
            $"{ByteSize.Format((double)size)} of memory, but {ByteSize.Format(Memory)} may be used: allow more (--memory), " +
            "or write smaller row groups.");
    }

    private string Describe(int group) => $"{Path}: row group {group} (rows {Starts[group]} to {Starts[group + 1] - 1})";
}
