namespace Surprisal;

/// <summary>Bytes of a file that were read whole, because they are few.</summary>
internal sealed class HeldBytes : ArrayBytes
{
    private readonly byte[] held;

    public HeldBytes(ArrayBytes bytes, long start, long length)
    {
        held = new byte[length];
        bytes.Read(start, held);
    }

    public override long? Length => held.Length;

    public override bool CanSeek => true;

    public override void Read(long position, Span<byte> buffer) => held.AsSpan((int)position, buffer.Length).CopyTo(buffer);
}
