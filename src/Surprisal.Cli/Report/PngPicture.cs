using System.Buffers.Binary;
using System.IO.Compression;

namespace Surprisal.Cli.Report;

/// <summary>A sample as a picture of its own size: PNG, for pages that load nothing.</summary>
internal static class PngPicture
{
    /// <summary>The picture as the address of an image.</summary>
    /// <param name="planes">[C, H, W], 0 black and 1 white; what is beyond is cut.</param>
    /// <param name="shape">Of them: 1 channel, grey, or 3, red, green and blue.</param>
    public static string DataUri(ReadOnlySpan<float> planes, TensorShape shape) =>
        $"data:image/png;base64,{Convert.ToBase64String(Encode(planes, shape))}";

    /// <summary>The bytes of a PNG file: 8 bits a number, rows without a filter.</summary>
    public static byte[] Encode(ReadOnlySpan<float> planes, TensorShape shape)
    {
        var (channels, height, width) = (shape[0], shape[1], shape[2]);
        using var file = new MemoryStream();
        using (var rows = new ZLibStream(file, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[1 + width * channels];
            for (var y = 0; y < height; y++)
            {
                for (var i = 0; i < width * channels; i++)
                    row[1 + i] = ToByte(planes[(i % channels * height + y) * width + i / channels]);
                rows.Write(row);
            }
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, channels == 1 ? (byte)0 : (byte)2);
        return [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, file.ToArray()),
            .. Chunk("IEND"u8, [])];
    }

    private static byte ToByte(float level) => (byte)Math.Round(255 * Math.Clamp(float.IsNaN(level) ? 0 : level, 0, 1));

    /// <summary>Length, name, contents, checksum of name and contents.</summary>
    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] contents)
    {
        byte[] body = [.. name, .. contents], length = new byte[4], checksum = new byte[4];
        Crc32 crc = default;
        crc.Add(body);
        BinaryPrimitives.WriteInt32BigEndian(length, contents.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, crc.Value);
        return [.. length, .. body, .. checksum];
    }
}
