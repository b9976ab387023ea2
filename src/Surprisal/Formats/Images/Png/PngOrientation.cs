using System.Buffers.Binary;

namespace Surprisal;

/// <summary>The EXIF data of a PNG image, which may stand before or behind the pixels.</summary>
internal static class PngOrientation
{
    private const int LongestExif = 1 << 16;

    /// <summary>How the camera was held, 1 to 8; goes from chunk to chunk and leaves their checks to who reads them.</summary>
    public static int Find(Stream file)
    {
        Span<byte> head = stackalloc byte[8];
        for (long at = PngImage.Signature.Length; at + 12 <= file.Length;)
        {
            file.Position = at;
            file.ReadExactly(head);
            long length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (length > file.Length - at - 12) break;
            if (head[4..].SequenceEqual("eXIf"u8) && length <= LongestExif)
            {
                var exif = new byte[length];
                file.ReadExactly(exif);
                return ExifOrientation.Parse(exif);
            }
            at += 12 + length;
        }
        return 1;
    }
}
