using Apache.Arrow;
using Apache.Arrow.Types;

namespace Surprisal.Columnar;

/// <summary>Arrow IPC: a file (Feather 2) or a stream, with batches of any sizes, plain or compressed by LZ4 or ZSTD.</summary>
internal sealed class ArrowFile : ColumnarFile
{
    private readonly ArrowMessages messages;
    private readonly ArrowBatches batches;
    private readonly Schema schema;

    private ArrowFile(FileBytes file, long memory)
        : base(file, memory)
    {
        messages = ArrowMessages.Read(file);
        batches = new ArrowBatches(file, messages, memory);
        schema = batches.Schema();
        Found(ArrowColumns.Of(schema), [.. messages.Batches.Select(static batch => batch.Rows)]);
        for (var i = 0; i < messages.Batches.Count; i++) batches.Require(messages.Batches[i].Length, Describe(i));
    }

    public static ArrowFile Open(FileBytes file, long memory) => new(file, memory);

    /// <inheritdoc/>
    internal override long ListSize(Column column)
    {
        if (schema.FieldsList[column.Index].DataType is FixedSizeListType { ListSize: var size }) return size;
        for (var group = 0; group < messages.Batches.Count; group++)
        {
            if (messages.Batches[group].Rows == 0) continue;
            return Watched(group, () =>
            {
                var data = batches.Batch(group).Column(column.Index).Data;
                if (ArrowValidity.FirstNull(data, 0, 1) == 0)
                    throw new InvalidDataException($"{Path}:{OneLine.Short(column.Name)}: row 0 is null; a list was expected.");
                return ArrowOffsets.LengthOf(data, 0) is >= 0 and var length ? length
                    : throw new FormatException("a list has a negative length");
            });
        }
        return 0;
    }

    /// <inheritdoc/>
    internal override NumberBuffer Decode(int group, ColumnChoice choice, GroupedArray array, NumberBuffer? spare) => Watched(group, () =>
    {
        var rows = (int)messages.Batches[group].Rows;
        var batch = batches.Batch(group);
        var columns = choice.Columns.Select(column => batch.Column(column.Index).Data).ToList();
        batches.Require(Bytes(messages.Batches[group].Length + (Int128)rows * array.Width * (array.Type.Bits / 8)), Describe(group));
        RequireItems(choice, columns[0], rows, array);
        var (numbers, cells) = (NumberBuffer.Create(array.Type, rows * array.Width, spare), new ArrowCells(array, Starts[group], rows));
        if (choice.First.Kind == ColumnKind.Text) cells.Text(columns[0], numbers);
        else if (choice.First.Kind == ColumnKind.Lists) cells.Lists(columns[0], array.Type.Bits / 8, numbers);
        else
            for (var i = 0; i < columns.Count; i++) cells.Numbers(columns[i], array.Type.Bits / 8, numbers, i);
        return numbers;
    });

    /// <summary>What the lists say they hold is there before memory is asked for it.</summary>
    private static void RequireItems(ColumnChoice choice, ArrayData data, int rows, GroupedArray array)
    {
        if (choice.First.Kind == ColumnKind.Lists && (Int128)rows * array.Width > data.Children[0].Buffers[1].Length * 8L)
            throw new FormatException($"{rows} lists of {array.Width} numbers do not fit {data.Children[0].Buffers[1].Length} bytes");
        if (choice.First.Kind != ColumnKind.Lists && rows > Math.Max(data.Buffers[1].Length * 8L, 0))
            throw new FormatException($"{rows} rows do not fit {data.Buffers[1].Length} bytes");
    }

    /// <summary>What fails in here is said of the batch.</summary>
    private T Watched<T>(int group, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException error)
        {
            throw new InvalidDataException($"{Describe(group)} is damaged: {error.Message}.", error);
        }
        catch (Exception error) when (error is IndexOutOfRangeException or ArgumentException or NullReferenceException)
        {
            throw new InvalidDataException(
                $"{Describe(group)} is damaged, or of a kind that is not read ({OneLine.Short(error.Message)}).", error);
        }
    }

    private string Describe(int group) => $"{Path}: batch {group} (rows {Starts[group]} to {Starts[group + 1] - 1})";

    private static long Bytes(Int128 size) => size > long.MaxValue ? long.MaxValue : (long)size;
}
