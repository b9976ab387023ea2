using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Surprisal.Tests.Columnar;

/// <summary>Arrow files and streams, written by Apache.Arrow; and arrays for them.</summary>
internal static class ArrowWriter
{
    public static byte[] InFile(params RecordBatch[] batches) => Write(batches, isFile: true, null);

    public static byte[] InStream(params RecordBatch[] batches) => Write(batches, isFile: false, null);

    public static byte[] Write(RecordBatch[] batches, bool isFile, CompressionCodecType? codec)
    {
        using var stream = new MemoryStream();
        var options = codec is null ? new IpcOptions()
            : new IpcOptions { CompressionCodecFactory = new CompressionCodecFactory(), CompressionCodec = codec };
        using (var writer = isFile ? new ArrowFileWriter(stream, batches[0].Schema, leaveOpen: true, options)
            : new ArrowStreamWriter(stream, batches[0].Schema, leaveOpen: true, options))
        {
            writer.WriteStart();
            foreach (var batch in batches) writer.WriteRecordBatch(batch);
            writer.WriteEnd();
        }
        return stream.ToArray();
    }

    public static RecordBatch Batch(params (string Name, IArrowArray Array)[] columns) =>
        new(new Schema(columns.Select(static column => new Field(column.Name, column.Array.Data.DataType, true)), null),
            columns.Select(static column => column.Array), columns[0].Array.Length);

    public static IArrowArray Floats(params IEnumerable<float?> values)
    {
        var builder = new FloatArray.Builder();
        foreach (var value in values)
            if (value is { } number) builder.Append(number);
            else builder.AppendNull();
        return builder.Build();
    }

    public static IArrowArray Ints(params IEnumerable<int?> values)
    {
        var builder = new Int32Array.Builder();
        foreach (var value in values)
            if (value is { } number) builder.Append(number);
            else builder.AppendNull();
        return builder.Build();
    }

    public static IArrowArray Texts(params IEnumerable<string?> values)
    {
        var builder = new StringArray.Builder();
        foreach (var value in values) builder.Append(value);
        return builder.Build();
    }

    /// <summary>Rows of a list of fixed size; those that <paramref name="nulls"/> names are null.</summary>
    public static IArrowArray Fixed(IArrowArray values, int size, params int[] nulls)
    {
        var rows = values.Length / size;
        return new FixedSizeListArray(new FixedSizeListType(new Field("item", values.Data.DataType, true), size), rows, values,
            Bits(rows, nulls), nulls.Length);
    }

    public static IArrowArray Lists(IArrowArray values, int[] lengths, params int[] nulls)
    {
        var offsets = new ArrowBuffer.Builder<int>().Append(0);
        for (int i = 0, end = 0; i < lengths.Length; i++) offsets.Append(end += lengths[i]);
        return new ListArray(new ListType(new Field("item", values.Data.DataType, true)), lengths.Length, offsets.Build(), values,
            Bits(lengths.Length, nulls), nulls.Length);
    }

    public static IArrowArray Dictionary(IArrowArray indices, IArrowArray values) =>
        new DictionaryArray(new DictionaryType(indices.Data.DataType, values.Data.DataType, false), indices, values);

    private static ArrowBuffer Bits(int rows, int[] nulls)
    {
        if (nulls.Length == 0) return ArrowBuffer.Empty;
        var bits = new ArrowBuffer.BitmapBuilder();
        for (var row = 0; row < rows; row++) bits.Append(!nulls.Contains(row));
        return bits.Build();
    }
}
