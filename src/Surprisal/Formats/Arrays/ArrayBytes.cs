namespace Surprisal;

/// <summary>The bytes of one array: a file, or a part of it, read by position or in order.</summary>
internal abstract class ArrayBytes
{
    /// <summary>How many there are; null as long as nobody knows, for they come through a pipe.</summary>
    public abstract long? Length { get; }

    /// <summary>Whether any position can be read, by several threads at a time.</summary>
    public abstract bool CanSeek { get; }

    /// <summary>Fills the buffer from a position on.</summary>
    /// <exception cref="InvalidDataException">They are not there any more, or damaged.</exception>
    public abstract void Read(long position, Span<byte> buffer);

    /// <summary>Reads what was not read and compares the checksum, if there is one.</summary>
    public virtual void Verify()
    {
    }

    /// <summary>Closes what was opened for these bytes alone.</summary>
    public virtual void Close()
    {
    }
}
