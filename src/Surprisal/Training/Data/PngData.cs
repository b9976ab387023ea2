namespace Surprisal.Training;

/// <summary>The data of the IDAT chunks that follow each other, from the present one on, as one stream; it ends before the first other chunk.</summary>
internal sealed class PngData(PngChunks chunks) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (chunks.Type == "IDAT" && chunks.Left == 0) chunks.Next();
        return chunks.Type == "IDAT" ? chunks.Read(buffer) : 0;
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
