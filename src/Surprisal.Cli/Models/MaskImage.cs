using System.Buffers.Binary;
using System.IO.Compression;

namespace Surprisal.Cli.Models;

/// <summary>A mask as a PNG image with a palette: the index is the class, the colour for eyes.</summary>
internal static class MaskImage
{
    /// <summary>What a palette can tell apart.</summary>
    public const int MostClasses = 256;

    /// <summary>Writes it, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">One a pixel, row by row.</param>
    /// <param name="width">Pixels a row.</param>
    public static void Write(string path, ReadOnlySpan<byte> classes, int width)
    {
        var height = classes.Length / width;
        using var rows = new MemoryStream();
        using (var packed = new ZLibStream(rows, CompressionLevel.Optimal, leaveOpen: true))
            for (var y = 0; y < height; y++)
            {
                packed.WriteByte(0); // no filter
                packed.Write(classes.Slice(y * width, width));
            }
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (8, 3); // eight bits, an index of the palette
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);
        Chunk(png, "IHDR"u8, header);
        Chunk(png, "PLTE"u8, Palette());
        Chunk(png, "IDAT"u8, rows.ToArray());
        Chunk(png, "IEND"u8, []);
        var bytes = png.ToArray();
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        png.Write(number);
        var sum = new Crc32();
        sum.Add(name);
        sum.Add(content);
        png.Write(name);
        png.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, sum.Value);
        png.Write(number);
    }

    /// <summary>The colours of Pascal VOC: the bits of the class, three at a time, from the highest bit of each channel down.</summary>
    private static byte[] Palette()
    {
        var colours = new byte[3 * MostClasses];
        for (var c = 0; c < MostClasses; c++)
            for (var bit = 0; bit < 8; bit++)
                colours[3 * c + bit % 3] |= (byte)(((c >> bit) & 1) << (7 - bit / 3));
        return colours;
    }
}
