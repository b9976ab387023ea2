namespace Surprisal.Training;

/// <summary>What is left of a stream, and some bytes behind it; for reading in order only.</summary>
internal sealed class FollowedStream(Stream first, byte[] then) : Stream
{
    private int given;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = given == 0 ? first.Read(buffer) : 0;
        if (count > 0 || buffer.Length == 0) return count;
        count = Math.Min(buffer.Length, then.Length - given);
        then.AsSpan(given, count).CopyTo(buffer);
        given += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
