using System.Buffers.Binary;

namespace Surprisal;

/// <summary>Reads Windows bitmaps of 1, 4, 8, 24 and 32 bits a pixel that are not compressed; what 32 bits say beside colour is
/// left.</summary>
internal static class BmpImage
{
    private const int FileHeader = 14, CoreHeader = 12, InfoHeader = 40, LongestHeader = 124;
    private const uint Plain = 0, Masks = 3;

    /// <summary>Whether these first bytes are those of one.</summary>
    public static bool IsOne(ReadOnlySpan<byte> start) => start is [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..];

    /// <summary>Opens an image in a stream that can seek, up to its first pixels; <paramref name="name"/> stands in the messages.</summary>
    /// <exception cref="InvalidDataException">The file is no such image, is cut off, or has more pixels than allowed.</exception>
    public static ImageRows Open(Stream file, long maxPixels, string name)
    {
        Span<byte> header = stackalloc byte[FileHeader + LongestHeader];
        header = FileSignature.ReadStart(file, header);
        if (!IsOne(header)) throw new InvalidDataException($"{name}: not a BMP image: {FileSignature.Describe(header)}.");
        if (header.Length < FileHeader + CoreHeader) throw Truncated(name, file.Length);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(header[FileHeader..]);
        if (size != CoreHeader && size is < InfoHeader or > LongestHeader)
            throw new InvalidDataException($"{name}: the header of the bitmap has {size} bytes; 12 or 40 to 124 were expected.");
        if (header.Length < FileHeader + size) throw Truncated(name, file.Length);
        var fields = header[(FileHeader + 4)..];
        var isCore = size == CoreHeader;
        long width = isCore ? BinaryPrimitives.ReadUInt16LittleEndian(fields) : BinaryPrimitives.ReadInt32LittleEndian(fields);
        long height = isCore ? BinaryPrimitives.ReadUInt16LittleEndian(fields[2..]) : BinaryPrimitives.ReadInt32LittleEndian(fields[4..]);
        ImageRows.CheckSize(width, Math.Abs(height), maxPixels, name);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(fields[(isCore ? 6 : 10)..]);
        if (bits is not (1 or 4 or 8 or 24 or 32))
            throw new InvalidDataException($"{name}: a BMP image of {bits} bits a pixel; 1, 4, 8, 24 or 32 were expected.");
        var compression = isCore ? Plain : BinaryPrimitives.ReadUInt32LittleEndian(fields[12..]);
        if (compression != Plain && !(compression == Masks && bits == 32 && AreUsual(file, name)))
            throw new InvalidDataException($"{name}: a BMP image with compression {compression}; one that is not compressed was expected.");
        var isUsed = isCore || bits > 8 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(fields[28..]);
        long pixels = BinaryPrimitives.ReadUInt32LittleEndian(header[10..]), stride = (width * bits + 31) / 32 * 4;
        if (pixels + stride * Math.Abs(height) > file.Length) throw Truncated(name, file.Length);
        var palette = bits > 8 ? [] : Palette(file, FileHeader + size, isCore ? 3 : 4, isUsed is 0 ? 1u << bits : isUsed, pixels, name);
        return new BmpRows(file, (int)width, (int)Math.Abs(height), bits, pixels, isBottomUp: height > 0, palette, name);
    }

    /// <summary>Red, green, blue in the bytes where they are without masks.</summary>
    private static bool AreUsual(Stream file, string name)
    {
        Span<byte> masks = stackalloc byte[12];
        file.Position = FileHeader + InfoHeader;
        if (file.ReadAtLeast(masks, masks.Length, throwOnEndOfStream: false) < masks.Length) throw Truncated(name, file.Length);
        return masks.SequenceEqual<byte>([0, 0, 0xFF, 0, 0, 0xFF, 0, 0, 0xFF, 0, 0, 0]);
    }

    private static byte[] Palette(Stream file, long start, int step, uint count, long pixels, string name)
    {
        if (count > 256 || start + count * step > pixels)
            throw new InvalidDataException($"{name}: the palette has {count} colours; at most 256 before the pixels were expected.");
        var palette = new byte[count * step];
        file.Position = start;
        file.ReadExactly(palette);
        for (var i = 0; i < count; i++)
            (palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]) = (palette[step * i + 2], palette[step * i + 1], palette[step * i]);
        return palette[..(3 * (int)count)];
    }

    private static InvalidDataException Truncated(string name, long length) =>
        new($"{name}: truncated: the file ends at byte {length}, before the last pixel.");
}
