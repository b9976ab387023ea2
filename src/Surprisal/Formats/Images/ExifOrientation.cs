using System.Buffers.Binary;

namespace Surprisal;

/// <summary>How a camera was held (EXIF 2.32, tag 0x0112), and how to turn its pictures upright.</summary>
internal static class ExifOrientation
{
    private const ushort Tag = 0x0112, Short = 3;

    /// <summary>1 to 8 as the first directory of a TIFF structure says; 1, as it is, where it says nothing or is damaged.</summary>
    public static int Parse(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8 || (tiff[0], tiff[1]) is not (((byte)'I', (byte)'I') or ((byte)'M', (byte)'M'))) return 1;
        var isLittle = tiff[0] == (byte)'I';
        if (Number16(tiff[2..], isLittle) != 42) return 1;
        var directory = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2) return 1;
        var entries = tiff[((int)directory + 2)..];
        for (var left = Number16(tiff[(int)directory..], isLittle); left > 0 && entries.Length >= 12; left--, entries = entries[12..])
            if (Number16(entries, isLittle) == Tag)
                return Number16(entries[2..], isLittle) == Short && Number16(entries[8..], isLittle) is >= 1 and <= 8 and var orientation
                    ? orientation : 1;
        return 1;
    }

    /// <summary>The image turned upright: in memory, unless it is so already.</summary>
    public static ImageRows Turn(ImageRows image, int orientation)
    {
        if (orientation == 1) return image;
        using var source = image;
        var (width, height, channels) = (image.Width, image.Height, image.Channels);
        var (turnedWidth, turnedHeight) = orientation >= 5 ? (height, width) : (width, height);
        var (row, turned) = (new byte[width * channels], new byte[(long)width * height * channels]);
        for (var y = 0; y < height; y++)
        {
            image.Next(row);
            for (var x = 0; x < width; x++)
            {
                var (column, line) = orientation switch
                {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (height - 1 - y, x),
                    7 => (height - 1 - y, width - 1 - x),
                    _ => (y, width - 1 - x),
                };
                row.AsSpan(x * channels, channels).CopyTo(turned.AsSpan((line * turnedWidth + column) * channels));
            }
        }
        return new InMemoryImage(turnedWidth, turnedHeight, channels, turned);
    }

    private static ushort Number16(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
