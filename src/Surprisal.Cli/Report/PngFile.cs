using System.Buffers.Binary;
using System.IO.Compression;

namespace Surprisal.Cli.Report;

/// <summary>The bytes of a PNG file: 8 bits a number, rows without a filter.</summary>
internal static class PngFile
{
    private const byte Grey = 0, Colour = 2, Indexed = 3;

    /// <summary>A picture of grey pixels, or of red, green and blue.</summary>
    /// <param name="numbers">Row by row, pixel by pixel.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="channels">1 or 3.</param>
    public static byte[] Of(ReadOnlySpan<byte> numbers, int width, int channels) =>
        Encode(numbers, width, width * channels, channels == 1 ? Grey : Colour, []);

    /// <summary>A picture whose pixels are indices of a palette, red, green and blue of each colour.</summary>
    public static byte[] Of(ReadOnlySpan<byte> indices, int width, ReadOnlySpan<byte> palette) =>
        Encode(indices, width, width, Indexed, Chunk("PLTE"u8, palette));

    private static byte[] Encode(ReadOnlySpan<byte> numbers, int width, int bytesPerRow, byte kind, ReadOnlySpan<byte> beforeThePixels)
    {
        using var file = new MemoryStream();
        using (var rows = new ZLibStream(file, CompressionLevel.Optimal, leaveOpen: true))
            for (var rest = numbers; !rest.IsEmpty; rest = rest[bytesPerRow..])
            {
                rows.WriteByte(0); // no filter
                rows.Write(rest[..bytesPerRow]);
            }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), numbers.Length / bytesPerRow);
        (header[8], header[9]) = (8, kind);
        return [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. Chunk("IHDR"u8, header), .. beforeThePixels, .. Chunk("IDAT"u8, file.ToArray()),
            .. Chunk("IEND"u8, [])];
    }

    /// <summary>Length, name, contents, checksum of name and contents.</summary>
    private static byte[] Chunk(ReadOnlySpan<byte> name, ReadOnlySpan<byte> contents)
    {
        byte[] body = [.. name, .. contents], length = new byte[4], checksum = new byte[4];
        Crc32 crc = default;
        crc.Add(body);
        BinaryPrimitives.WriteInt32BigEndian(length, contents.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, crc.Value);
        return [.. length, .. body, .. checksum];
    }
}
