using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Surprisal.Training;

/// <summary>Reads PNG images (ISO/IEC 15948) of every colour type, depth and interlacing; opacity is composed over white, gamma is left alone.</summary>
internal static class PngImage
{
    private static readonly uint[] CrcTable = CrcOfBytes();

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no PNG image, or is damaged.</exception>
    public static DecodedImage Read(string path) => Decode(FileSignature.ReadAll(path, "a PNG image"), path);

    /// <summary>Decodes the bytes of a file; <paramref name="name"/> stands in the messages.</summary>
    public static DecodedImage Decode(ReadOnlySpan<byte> file, string name)
    {
        if (!file.StartsWith(Signature)) throw new InvalidDataException($"{name}: not a PNG image: {FileSignature.Describe(file)}.");
        PngHeader? header = null;
        byte[] palette = [], transparency = [];
        using var packed = new MemoryStream();
        for (var position = Signature.Length; ;)
        {
            var (type, data) = Chunk(file, ref position, name);
            if (header is null && type != "IHDR") throw new InvalidDataException($"{name}: the first chunk is {type}; IHDR was expected.");
            if (type == "IEND") break;
            if (type == "IHDR") header = header is null ? PngHeader.Parse(data, name) : throw new InvalidDataException($"{name}: there is a second IHDR chunk.");
            else if (type == "PLTE") palette = data.Length % 3 == 0 && data.Length is > 0 and <= 3 * 256 ? data.ToArray()
                : throw new InvalidDataException($"{name}: the palette has {data.Length} bytes; 3 for each of 1 to 256 colours were expected.");
            else if (type == "tRNS") transparency = data.ToArray();
            else if (type == "IDAT") packed.Write(data);
            // A capital first letter marks a chunk without which the image cannot be understood.
            else if (char.IsAsciiLetterUpper(type[0])) throw new InvalidDataException($"{name}: the chunk {type} is unknown, but marked as necessary.");
        }
        if (header!.Colour == PngHeader.Palette && palette.Length == 0) throw new InvalidDataException($"{name}: the image has colour type 3, but no PLTE chunk.");
        if (packed.Length == 0) throw new InvalidDataException($"{name}: there is no IDAT chunk, so no pixels.");
        return new PngPixels(header, palette, transparency, name).Decode(Inflate(packed, header, name));
    }

    /// <summary>The chunk at the position (length, type, data, checksum), checked; moves behind it.</summary>
    private static (string Type, byte[] Data) Chunk(ReadOnlySpan<byte> file, ref int position, string name)
    {
        var rest = file[position..];
        if (rest.Length < 12) throw new InvalidDataException($"{name}: truncated: the file ends at byte {file.Length}, before the chunk IEND.");
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        var type = Encoding.Latin1.GetString(rest.Slice(4, 4));
        if (!type.All(char.IsAsciiLetter)) throw new InvalidDataException($"{name}: damaged: byte {position + 4} begins no chunk name.");
        if (length > rest.Length - 12)
            throw new InvalidDataException($"{name}: truncated: the chunk {type} at byte {position} promises {length} bytes, but only {rest.Length - 12} are there.");
        var checkedBytes = rest.Slice(4, 4 + (int)length);
        if (Crc(checkedBytes) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
            throw new InvalidDataException($"{name}: damaged: the checksum of the chunk {type} at byte {position} is wrong.");
        position += 12 + (int)length;
        return (type, checkedBytes[4..].ToArray());
    }

    private static byte[] Inflate(MemoryStream packed, PngHeader header, string name)
    {
        var promised = header.ScanlineBytes;
        if (promised > packed.Length * IdxFile.MostExpansion || header.PixelBytes > Array.MaxLength)
            throw new InvalidDataException($"{name}: the header promises {header.Width} x {header.Height} pixels, more than {packed.Length} compressed bytes can hold or this reader holds.");
        var scanlines = new byte[promised];
        int got;
        try
        {
            packed.Position = 0;
            using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
            got = unpacked.ReadAtLeast(scanlines, scanlines.Length, throwOnEndOfStream: false);
            // Reading past the end makes the stream compare its checksum; what some writers leave there is no pixel.
            if (got == scanlines.Length) unpacked.ReadByte();
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw new InvalidDataException($"{name}: damaged: the compressed pixels do not decompress ({error.Message})", error);
        }
        return got == scanlines.Length ? scanlines
            : throw new InvalidDataException($"{name}: truncated: {header.Width} x {header.Height} pixels need {promised} decompressed bytes, but only {got} are there.");
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = CrcTable[(byte)(crc ^ value)] ^ crc >> 8;
        return ~crc;
    }

    /// <summary>The reflected polynomial 0xEDB88320 of IEEE 802.3 for each byte.</summary>
    private static uint[] CrcOfBytes()
    {
        var table = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xEDB88320 & (0 - (crc & 1)));
            table[i] = crc;
        }
        return table;
    }
}
