using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Surprisal.Columnar;

/// <summary>
/// From the buffers of a batch to the numbers of its rows. What the buffers must hold is compared with what they have: their lengths come
/// from the file, and so does the number of nulls, which is not believed.
/// </summary>
internal sealed class ArrowCells(GroupedArray array, long firstRow, int rows)
{
    private const int Piece = 1 << 24;

    /// <summary>One number a row, each into its place.</summary>
    /// <param name="data">The column.</param>
    /// <param name="size">The bytes of a number.</param>
    /// <param name="into">The numbers of the rows.</param>
    /// <param name="place">The place of the column in a row.</param>
    public void Numbers(ArrayData data, int size, NumberBuffer into, int place)
    {
        RequireRows(data);
        RequireValid(data, 0, rows, itemsPerRow: 0);
        if (array.Width == 1)
        {
            Copy(data, 0, rows, size, into);
            return;
        }
        var numbers = NumberBuffer.Create(array.Type, rows);
        Copy(data, 0, rows, size, numbers);
        var from = numbers.Bytes(0, rows);
        for (var row = 0; row < rows; row++) from.Slice(row * size, size).CopyTo(into.Bytes(row * array.Width + place, 1));
    }

    /// <summary>Lists of one length.</summary>
    public void Lists(ArrayData data, int size, NumberBuffer into)
    {
        RequireRows(data);
        RequireValid(data, 0, rows, itemsPerRow: 0);
        var width = array.Width;
        var (items, first) = (data.Children[0], 0L);
        if (data.DataType is FixedSizeListType) first = data.Offset * width;
        else if (rows > 0) first = RequireEven(data, width);
        if (first < 0 || first > items.Length - rows * width)
            throw Damaged($"its lists need {rows * width} numbers from {first} on, of {items.Length}");
        RequireValid(items, first, rows * width, width);
        Copy(items, first, rows * width, size, into);
    }

    /// <summary>Text as the numbers of its classes.</summary>
    public void Text(ArrayData data, NumberBuffer into)
    {
        RequireRows(data);
        RequireValid(data, 0, rows, itemsPerRow: 0);
        var numbers = MemoryMarshal.Cast<byte, long>(into.Bytes(0, rows));
        if (data.DataType is not DictionaryType dictionary)
        {
            var texts = new ArrowText(data);
            for (var row = 0; row < rows; row++) numbers[row] = array.Classes!.Of(texts[data.Offset + row], array.Name, firstRow + row);
            return;
        }
        var entries = new ArrowText(data.Dictionary);
        // Each text has an offset of 4 bytes or more.
        if (data.Dictionary.Length > data.Dictionary.Buffers[1].Length / 4)
            throw Damaged($"its dictionary has {data.Dictionary.Length} texts in {data.Dictionary.Buffers[1].Length} bytes of offsets");
        var known = new long?[data.Dictionary.Length];
        var indices = NumberBuffer.Create(ArrowColumns.Numbers(dictionary.IndexType)!, rows);
        Copy(data, 0, rows, indices.Bytes(0, rows).Length / Math.Max(rows, 1), indices);
        for (var row = 0; row < rows; row++)
        {
            var index = Index(indices, row);
            if ((ulong)index >= (ulong)known.Length)
                throw array.Wrong(firstRow + row, $"is entry {index} of a dictionary of {known.Length}: the file is damaged");
            if (ArrowValidity.FirstNull(data.Dictionary, index, 1) == 0) throw array.Wrong(firstRow + row, "is null; a text was expected");
            numbers[row] = known[index] ??= array.Classes!.Of(entries[index], array.Name, firstRow + row);
        }
    }

    private static long Index(NumberBuffer indices, int row) => indices switch
    {
        NumbersOf<sbyte> own => own.Values[row],
        NumbersOf<short> own => own.Values[row],
        NumbersOf<int> own => own.Values[row],
        NumbersOf<byte> own => own.Values[row],
        NumbersOf<ushort> own => own.Values[row],
        NumbersOf<uint> own => own.Values[row],
        NumbersOf<ulong> own => (long)Math.Min(own.Values[row], long.MaxValue),
        _ => ((NumbersOf<long>)indices).Values[row],
    };

    private long RequireEven(ArrayData data, long width)
    {
        for (var row = 0; row < rows; row++)
            if (ArrowOffsets.LengthOf(data, row) is var length && length != width)
                throw array.Wrong(firstRow + row, $"has {length} numbers; {width} were expected, as the first row has");
        return ArrowOffsets.Of(data, 0);
    }

    private void RequireRows(ArrayData data)
    {
        if (data.Length != rows) throw Damaged($"a column of it has {data.Length} rows, the batch {rows}");
    }

    private void RequireValid(ArrayData data, long first, long count, long itemsPerRow)
    {
        var place = ArrowValidity.FirstNull(data, first, count);
        if (place < 0) return;
        if (itemsPerRow == 0) throw array.Wrong(firstRow + place, "is null; a value was expected");
        throw array.Wrong(firstRow + place / itemsPerRow, $"has a null at place {place % itemsPerRow} of its list; a number was expected");
    }

    private void Copy(ArrayData data, long first, long count, int size, NumberBuffer into)
    {
        if (count == 0) return;
        var bytes = data.Buffers[1].Span;
        var (start, done) = (data.Offset + first, 0L);
        var isBoolean = data.DataType.TypeId == ArrowTypeId.Boolean;
        if (isBoolean ? bytes.Length < (start + count + 7) / 8 : bytes.Length / size < start + count)
            throw Damaged($"a buffer has {bytes.Length} bytes for {start + count} numbers");
        // A span of bytes counts in an int.
        while (count > 0)
        {
            var now = (int)Math.Min(Piece, count);
            var to = into.Bytes(done, now);
            if (isBoolean) ArrowBits.Unpack(bytes, start, to);
            else bytes.Slice((int)(start * size), now * size).CopyTo(to);
            (start, done, count) = (start + now, done + now, count - now);
        }
    }

    private InvalidDataException Damaged(string what) => new($"{array.Name}: the batch from row {firstRow} on is damaged: {what}.");
}
