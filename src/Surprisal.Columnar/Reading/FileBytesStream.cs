namespace Surprisal.Columnar;

/// <summary>The bytes of a file as a stream with a place of its own.</summary>
internal sealed class FileBytesStream(FileBytes bytes) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => bytes.Length;

    public override long Position { get; set; }

    /// <summary>A position behind which nothing may be read: whoever tries has missed its end.</summary>
    public long Limit { get; set; } = long.MaxValue;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (Position >= Limit && buffer.Length > 0) throw new FormatException("its pages end before its values do");
        if (Position < 0 || Position >= Length) return 0;
        var count = (int)Math.Min(buffer.Length, Math.Min(Limit, Length) - Position);
        bytes.Read(Position, buffer[..count]);
        Position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
