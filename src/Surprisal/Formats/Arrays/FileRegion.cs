using Microsoft.Win32.SafeHandles;

namespace Surprisal;

/// <summary>A part of a file, read by position: no place in it is shared, so threads do not meet.</summary>
internal sealed class FileRegion(SafeFileHandle file, string name, long start, long length) : ArrayBytes
{
    public override long? Length => length;

    public override bool CanSeek => true;

    public override void Read(long position, Span<byte> buffer)
    {
        for (var at = start + position; !buffer.IsEmpty;)
        {
            var count = RandomAccess.Read(file, buffer, at);
            if (count == 0)
                throw new InvalidDataException(
                    $"{name}: the file ends at byte {at}, but had at least {start + length} when it was opened: " +
                    "it was changed while it was read.");
            at += count;
            buffer = buffer[count..];
        }
    }

    /// <summary>The region's bytes in order; the last ones come singly, so that their reader takes none too many.</summary>
    public sealed class RegionStream(FileRegion region) : ForwardStream
    {
        private const int Singly = 16;

        private long position;

        /// <summary>How many bytes nobody has asked for.</summary>
        public long Left => region.Length!.Value - position;

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, Left > Singly ? Left - Singly : Math.Min(Left, 1));
            region.Read(position, buffer[..count]);
            position += count;
            return count;
        }
    }
}
