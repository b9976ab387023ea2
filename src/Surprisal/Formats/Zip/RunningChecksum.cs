namespace Surprisal;

/// <summary>The checksum of a member, over its bytes as they are read in order; compared when the last one has come.</summary>
internal sealed class RunningChecksum(uint expected, long length, string name)
{
    private readonly Lock gate = new();
    private Crc32 crc;

    /// <summary>How many bytes from the first on are in it.</summary>
    public long Done { get; private set; }

    /// <summary>Adds what follows the bytes that are in it; others are left for a later reading.</summary>
    /// <exception cref="InvalidDataException">These were the last bytes, and the checksum is another.</exception>
    public void Add(long position, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (position <= Done && position + bytes.Length > Done)
            {
                var added = bytes[(int)(Done - position)..];
                crc.Add(added);
                Done += added.Length;
            }
            if (Done == length) Compare();
        }
    }

    /// <summary>Compares, where there was no byte to be read.</summary>
    public void Compare()
    {
        if (crc.Value != expected)
            throw new InvalidDataException(
                $"{name}: damaged: the checksum of its {length} bytes is {crc.Value:X8}; {expected:X8} was expected.");
    }
}
