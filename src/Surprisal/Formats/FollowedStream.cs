namespace Surprisal;

/// <summary>What is left of a stream, and some bytes behind it; for reading in order only.</summary>
internal sealed class FollowedStream(Stream first, byte[] then) : ForwardStream
{
    private int given;

    public override int Read(Span<byte> buffer)
    {
        var count = given == 0 ? first.Read(buffer) : 0;
        if (count > 0 || buffer.Length == 0) return count;
        count = Math.Min(buffer.Length, then.Length - given);
        then.AsSpan(given, count).CopyTo(buffer);
        given += count;
        return count;
    }
}
