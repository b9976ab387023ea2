namespace Surprisal;

/// <summary>A member that was stored as it is: read by position, and its checksum over what was read in order.</summary>
internal sealed class StoredMember(FileRegion region, RunningChecksum checksum) : ArrayBytes
{
    private const int Block = 1 << 16;

    public override long? Length => region.Length;

    public override bool CanSeek => true;

    public override void Read(long position, Span<byte> buffer)
    {
        region.Read(position, buffer);
        checksum.Add(position, buffer);
    }

    public override void Verify()
    {
        var buffer = new byte[Block];
        while (checksum.Done < region.Length)
        {
            var place = checksum.Done;
            Read(place, buffer.AsSpan(0, (int)Math.Min(Block, region.Length!.Value - place)));
        }
        checksum.Compare();
    }
}
