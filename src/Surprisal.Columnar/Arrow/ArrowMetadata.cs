namespace Surprisal.Columnar;

/// <summary>The flatbuffer of a message, checked: what it says must fit its own bytes and those of the body.</summary>
internal static class ArrowMetadata
{
    private const int Depth = 64, MostFields = 1_000_000, NewestVersion = 4, Compressions = 2;

    /// <summary>Reads and checks one; what does not fit is a <see cref="FormatException"/>.</summary>
    public static ArrowMessage Read(ReadOnlySpan<byte> metadata, long start)
    {
        var message = FlatTable.Root(metadata);
        var (kind, body) = ((ArrowMessageKind)message.Byte(1), message.Int64(3));
        if (message.Int16(0) is < 0 or > NewestVersion)
            throw new FormatException($"its version is {message.Int16(0)}, and 0 to {NewestVersion} are known");
        if (body < 0) throw new FormatException($"its body has {body} bytes");
        switch (kind)
        {
            case ArrowMessageKind.Schema:
                CheckSchema(message.Table(2));
                return new(kind, start, metadata.Length, body, 0, false, false);
            case ArrowMessageKind.Dictionary:
                var dictionary = message.Table(2);
                var (_, compressed) = CheckBatch(dictionary.Table(1), body);
                return new(kind, start, metadata.Length, body, 0, dictionary.Byte(2) != 0, compressed);
            case ArrowMessageKind.Batch:
                var (rows, isCompressed) = CheckBatch(message.Table(2), body);
                return new(kind, start, metadata.Length, body, rows, false, isCompressed);
            default:
                throw new FormatException($"its kind is {(int)kind}, and schemas, dictionaries and batches are read");
        }
    }

    /// <summary>The compressed sizes of the buffers of a message: where each begins in the body, and how long it is.</summary>
    public static ReadOnlySpan<long> Buffers(ReadOnlySpan<byte> metadata, ArrowMessageKind kind)
    {
        var header = FlatTable.Root(metadata).Table(2);
        return (kind == ArrowMessageKind.Dictionary ? header.Table(1) : header).Words(2, 2);
    }

    private static void CheckSchema(FlatTable schema)
    {
        if (schema.Int16(0) != 0) throw new FormatException("its numbers are big-endian, which is not read");
        schema.Count(2);
        var left = MostFields;
        for (var i = 0; i < schema.Count(1); i++) CheckField(schema.Element(1, i), Depth, ref left);
    }

    /// <summary>Tables may be shared, so that a few bytes name fields without number.</summary>
    private static void CheckField(FlatTable field, int depth, ref int left)
    {
        if (depth == 0) throw new FormatException($"its fields are more than {Depth} deep");
        if (--left < 0) throw new FormatException($"it has more than {MostFields} fields");
        // What ArrowLayout will read: the type, and the number of the dictionary.
        field.Byte(2);
        if (field.Has(4)) field.Table(4).Int64(0);
        field.Count(6);
        for (var i = 0; i < field.Count(5); i++) CheckField(field.Element(5, i), depth - 1, ref left);
    }

    private static (long Rows, bool IsCompressed) CheckBatch(FlatTable batch, long body)
    {
        var rows = batch.Int64(0);
        if (rows is < 0 or > int.MaxValue) throw new FormatException($"it has {rows} rows");
        var nodes = batch.Words(1, 2);
        for (var i = 0; i < nodes.Length; i += 2)
            if (nodes[i] is < 0 or > int.MaxValue || nodes[i + 1] < 0 || nodes[i + 1] > nodes[i])
                throw new FormatException($"a column has {nodes[i]} values, of which {nodes[i + 1]} are null");
        var buffers = batch.Words(2, 2);
        for (var i = 0; i < buffers.Length; i += 2)
            if (buffers[i] < 0 || buffers[i + 1] < 0 || buffers[i] > body - buffers[i + 1])
                throw new FormatException($"a buffer has {buffers[i + 1]} bytes from byte {buffers[i]} of {body} on");
        foreach (var count in batch.Words(4, 1))
            if (count < 0 || count > buffers.Length) throw new FormatException($"a column has {count} buffers");
        var isCompressed = batch.Has(3);
        if (isCompressed && (batch.Table(3).Byte(0) >= Compressions || batch.Table(3).Byte(1) != 0))
            throw new FormatException("it is compressed in a way that is not known; LZ4 and ZSTD are read");
        return (rows, isCompressed);
    }
}
