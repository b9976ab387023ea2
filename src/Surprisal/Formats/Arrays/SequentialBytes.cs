namespace Surprisal;

/// <summary>Bytes that come in order, from a pipe or out of a compressed member; their end is looked at with the last of them.</summary>
internal sealed class SequentialBytes(Stream stream, string name, long? length, RunningChecksum? checksum = null) : ArrayBytes
{
    private long? length = length;
    private long position;
    private bool isAtEnd;

    public override long? Length => length;

    public override bool CanSeek => false;

    /// <summary>Says how many there must be, now that the header told it.</summary>
    public void Expect(long count)
    {
        length = count;
        CheckEnd();
    }

    public override void Read(long position, Span<byte> buffer)
    {
        if (position < this.position)
            throw new InvalidOperationException(
                $"{name} is read in order, from the front to the back, for it is compressed or comes through a " +
                $"pipe: byte {position} was asked for after byte {this.position}; open it again.");
        Skip(position);
        Fill(buffer);
        CheckEnd();
    }

    public override void Verify()
    {
        if (length is not { } count) return;
        Skip(count);
        CheckEnd();
    }

    public override void Close() => stream.Dispose();

    private void Skip(long target)
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (position < target) Fill(buffer[..(int)Math.Min(buffer.Length, target - position)]);
    }

    private void Fill(Span<byte> buffer)
    {
        var got = ReadSome(buffer);
        checksum?.Add(position, buffer[..got]);
        position += got;
        if (got < buffer.Length)
            throw new InvalidDataException(length is null
                ? $"{name}: the data ends at byte {position}, within the header of the array: it is cut off."
                : $"{name}: the data ends at byte {position} of {length}: it is cut off.");
    }

    private int ReadSome(Span<byte> buffer)
    {
        try
        {
            return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException error) when (!error.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{name}: damaged: what follows byte {position} is no deflated data.", error);
        }
    }

    /// <summary>After the last byte nothing may follow.</summary>
    private void CheckEnd()
    {
        if (position != length || isAtEnd) return;
        Span<byte> next = stackalloc byte[1];
        if (ReadSome(next) > 0)
            throw new InvalidDataException($"{name}: more bytes follow the {length} that were expected; they belong to nothing.");
        isAtEnd = true;
    }
}
