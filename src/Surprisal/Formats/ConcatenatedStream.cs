namespace Surprisal;

/// <summary>The rest of a stream and some bytes behind it, as one stream to read in order.</summary>
internal sealed class ConcatenatedStream(Stream first, byte[] second) : ForwardStream
{
    private int position;

    public override int Read(Span<byte> buffer)
    {
        var count = position == 0 ? first.Read(buffer) : 0;
        if (count > 0 || buffer.Length == 0) return count;
        count = Math.Min(buffer.Length, second.Length - position);
        second.AsSpan(position, count).CopyTo(buffer);
        position += count;
        return count;
    }
}
