using System.Buffers.Binary;

namespace Surprisal.Columnar;

/// <summary>The end of an Arrow file: a flatbuffer that lists its messages once more, its length, and ARROW1.</summary>
internal static class ArrowFooter
{
    private const int Magic = 6, Trailer = 4 + Magic, BlockWords = 3;

    /// <summary>Refuses a file whose footer does not end it, or lists other messages than there are.</summary>
    /// <returns>The message of the schema: that of the file, or one made of the footer, where some writers have it alone.</returns>
    public static byte[] Check(FileBytes file, long at, ArrowMessages messages)
    {
        var left = file.Length - at;
        if (left < Trailer) throw Wrong(file, $"ends at byte {file.Length} without a footer: it is cut off");
        var trailer = file.Read(file.Length - Trailer, Trailer);
        if (!trailer.AsSpan(4).SequenceEqual("ARROW1"u8))
            throw Wrong(file, $"ends with {Convert.ToHexString(trailer.AsSpan(4))}; ARROW1 was expected: it is cut off, or damaged");
        var length = BinaryPrimitives.ReadInt32LittleEndian(trailer);
        if (length != left - Trailer)
            throw Wrong(file, $"has a footer of {length} bytes, but {left - Trailer} between the end of its messages and its own");
        try
        {
            var bytes = file.Read(at, length);
            var footer = FlatTable.Root(bytes);
            Compare(file, footer.Words(2, BlockWords), messages.Dictionaries, "dictionaries");
            Compare(file, footer.Words(3, BlockWords), messages.Batches, "batches");
            if (messages.Schema.Length > 0) return messages.Schema;
            var message = SchemaMessage(bytes, footer.Table(1).Start);
            ArrowMetadata.Read(message.AsSpan(ArrowMessage.Prefix), at);
            return message;
        }
        catch (FormatException error)
        {
            throw Wrong(file, $"has a footer that is damaged: {error.Message}");
        }
    }

    /// <summary>A message whose table is put before the footer's bytes and points at the schema among them.</summary>
    private static byte[] SchemaMessage(ReadOnlySpan<byte> footer, int schema)
    {
        const int Table = 16, Before = 32;
        var message = new byte[ArrowMessage.Prefix + Before + (footer.Length + 7) / 8 * 8];
        footer.CopyTo(message.AsSpan(ArrowMessage.Prefix + Before));
        message.AsSpan(0, 4).Fill(0xFF);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), message.Length - ArrowMessage.Prefix);
        var flat = message.AsSpan(ArrowMessage.Prefix);
        flat[0] = Table;
        // The slots: their size and the table's, then where version, kind and header are; the table: its slots, and these three.
        ReadOnlySpan<byte> slots = [10, 0, 12, 0, 4, 0, 6, 0, 8, 0];
        slots.CopyTo(flat[4..]);
        flat[Table] = Table - 4;
        flat[Table + 4] = 4;
        flat[Table + 6] = (byte)ArrowMessageKind.Schema;
        BinaryPrimitives.WriteInt32LittleEndian(flat[(Table + 8)..], Before + schema - (Table + 8));
        return message;
    }

    private static void Compare(FileBytes file, ReadOnlySpan<long> blocks, List<ArrowMessage> messages, string what)
    {
        if (blocks.Length != BlockWords * messages.Count)
            throw Wrong(file, $"lists {blocks.Length / BlockWords} {what}, but has {messages.Count}");
        for (var i = 0; i < messages.Count; i++)
            if (blocks[BlockWords * i] != messages[i].Start || blocks[BlockWords * i + 2] != messages[i].BodyLength)
                throw Wrong(file, $"lists its {what} in other places than they are, from number {i} on");
    }

    private static InvalidDataException Wrong(FileBytes file, string what) => new($"{file.Path} {what}.");
}
