using System.Buffers.Binary;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;

namespace Surprisal.Columnar;

/// <summary>Gives Arrow's own reader a stream of the schema, the dictionaries and one batch, whose sizes are known to fit.</summary>
internal sealed class ArrowBatches(FileBytes file, ArrowMessages messages, long memory)
{
    private readonly ArrowLayout layout = ArrowLayout.Of(messages.Schema.AsSpan(ArrowMessage.Prefix));

    /// <summary>The schema, as Arrow reads it.</summary>
    public Schema Schema() => Read(messages.Schema.Length, [], static reader => reader.Schema, $"{file.Path}: the schema");

    /// <summary>One batch, decompressed, with the dictionaries that hold at its place.</summary>
    public RecordBatch Batch(int number)
    {
        var batch = messages.Batches[number];
        ArrowMessage[] parts = [.. messages.Dictionaries.Where(one => one.Start < batch.Start), batch];
        var what = $"{file.Path}: batch {number}";
        foreach (var part in parts) layout.Require(Metadata(part), part.Kind);
        // What adds to a dictionary makes a new one of both.
        var size = parts.Sum(part => part.Length + Decompressed(part, what)) * (1L + parts.Count(static part => part.IsDelta));
        Require(size, what);
        return Read(size, parts, reader => reader.ReadNextRecordBatch() ?? throw new FormatException("it is empty"), what);
    }

    /// <summary>Refuses what is larger than a group may be.</summary>
    public void Require(long size, string what)
    {
        if (size > memory || size > System.Array.MaxLength)
            throw new InvalidDataException($"{what} takes {ByteSize.Format(size)} of memory, but {ByteSize.Format(Math.Min(memory,
                System.Array.MaxLength))} may be used: allow more (--memory), or write smaller batches.");
    }

    private T Read<T>(long size, ArrowMessage[] parts, Func<ArrowStreamReader, T> read, string what) =>
        Watchdog.Run(file, what, size, () =>
        {
            var bytes = new byte[messages.Schema.Length + parts.Sum(static part => part.Length) + ArrowMessage.Prefix];
            messages.Schema.CopyTo(bytes, 0);
            var at = messages.Schema.Length;
            foreach (var part in parts)
            {
                file.Read(part.Start, bytes.AsSpan(at, (int)part.Length));
                at += (int)part.Length;
            }
            bytes.AsSpan(at, 4).Fill(0xFF);
            using var reader = new ArrowStreamReader(new ArrowContext(new CappedAllocator(size), new CompressionCodecFactory()), bytes);
            return read(reader);
        });

    private byte[] Metadata(ArrowMessage message) => file.Read(message.Start + ArrowMessage.Prefix, message.MetadataLength);

    /// <summary>How many bytes come out of the buffers of a message, by what stands before each.</summary>
    private long Decompressed(ArrowMessage message, string what)
    {
        if (!message.IsCompressed) return 0;
        var buffers = ArrowMetadata.Buffers(Metadata(message), message.Kind);
        Span<byte> stated = stackalloc byte[8];
        var sum = 0L;
        for (var i = 0; i < buffers.Length; i += 2)
        {
            if (buffers[i + 1] < stated.Length) continue;
            file.Read(message.BodyStart + buffers[i], stated);
            var size = BinaryPrimitives.ReadInt64LittleEndian(stated);
            if (size is < -1 or > int.MaxValue)
                throw new InvalidDataException($"{what} has a buffer of {size} bytes, decompressed; 0 to {int.MaxValue} were expected.");
            sum += Math.Max(size, 0);
        }
        return sum;
    }
}
