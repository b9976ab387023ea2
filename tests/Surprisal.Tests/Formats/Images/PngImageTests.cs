using System.Buffers.Binary;
using System.IO.Compression;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class PngImageTests
{
    public static TheoryData<string, int, int, int, string, string> Pngs => PillowFixtures.Pngs;

    [Theory]
    [MemberData(nameof(Pngs))]
    public void Decodes_as_Pillow_does(string name, int width, int height, int channels, string file, string pixels)
    {
        var (gotWidth, gotHeight, gotChannels, got) = Decode(Convert.FromBase64String(file), name);
        Assert.Equal((width, height, channels), (gotWidth, gotHeight, gotChannels));
        Assert.Equal(Convert.FromBase64String(pixels), got);
    }

    [Theory]
    [MemberData(nameof(Pngs))]
    public void Refuses_the_file_cut_at_any_byte(string name, int width, int height, int channels, string file, string pixels)
    {
        var (whole, path) = (Convert.FromBase64String(file), $"{name} {width} {height} {channels} {pixels.Length}");
        for (var length = 0; length < whole.Length; length++)
            Assert.StartsWith($"{path}: ", Assert.Throws<InvalidDataException>(() => Decode(whole[..length], path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_the_file_with_any_bit_turned()
    {
        var whole = Convert.FromBase64String(Pngs.Single(row => row.Data.Item1 == "colour 8").Data.Item5);
        for (var i = 0; i < 8 * whole.Length; i++)
        {
            whole[i / 8] ^= (byte)(1 << i % 8);
            Assert.Throws<InvalidDataException>(() => Decode(whole, "turned"));
            whole[i / 8] ^= (byte)(1 << i % 8);
        }
    }

    [Fact]
    public void Names_what_the_file_is_instead()
    {
        AssertRefused(Convert.FromBase64String(PillowFixtures.Jpeg), "not a PNG image: it is a JPEG image.");
        AssertRefused("P5\n1 1\n255\n0"u8, "not a PNG image: it is a PNM image of kind P5.");
        AssertRefused([], "not a PNG image: it is empty.");
        AssertRefused("hello world"u8, "not a PNG image: it begins with the bytes 68656C6C6F20776F.");
    }

    [Fact]
    public void Names_the_reason_of_the_refusal()
    {
        var end = Chunk("IEND", []);
        AssertRefused(Png(Header(2, 2), Chunk("IDAT", Zip(0, 1, 2, 0, 3)), end), "truncated: 2 x 2 pixels need 6 decompressed bytes, but only 5 are there.");
        AssertRefused(Png(Header(2, 2), Chunk("IDAT", Zip(0, 1, 2, 5, 3, 4)), end), "damaged: row 1 has filter 5; 0 to 4 was expected.");
        AssertRefused(Png(Header(2, 2), end), "there is no IDAT chunk, so no pixels.");
        AssertRefused(Png(Header(2, 2), Chunk("IDAT", Zip(0, 1, 2, 0, 3, 4))), "truncated: the file ends at byte 59, before the chunk IEND.");
        AssertRefused(Png(Header(2, 2), Chunk("IDAT", [1, 2]), end), "damaged: the compressed pixels do not decompress.");
        AssertRefused(Png(end), "the first chunk is IEND; IHDR was expected.");
        AssertRefused(Png(Header(2, 2), Header(2, 2)), "there is a second IHDR chunk.");
        AssertRefused(Png(Header(0, 2)), "the size is 0 x 2; both must be in 1..65535.");
        AssertRefused(Png(Header(2, 1 << 20)), "the size is 2 x 1048576; both must be in 1..65535.");
        AssertRefused(Png(Header(9999, 9999), Chunk("IDAT", [1, 2, 3]), end),
            "the header promises 9999 x 9999 pixels, more than 60 bytes can hold or this reader holds.");
        AssertRefused(Png(Header(2, 2, depth: 4, colour: 2)), "colour type 2 with 4 bits a sample is no kind of PNG image.");
        AssertRefused(Png(Header(2, 2, interlace: 2)), "compression 0, filter 0, interlace 2; PNG knows compression 0, filter 0, interlace 0 or 1.");
        AssertRefused(Png(Header(2, 2, colour: 3), Chunk("IDAT", Zip(0, 1, 2, 0, 3, 4)), end), "the image has colour type 3, but no PLTE chunk.");
        AssertRefused(Png(Header(2, 2, colour: 3), Chunk("PLTE", new byte[7])), "the palette has 7 bytes; 3 for each of 1 to 256 colours were expected.");
        AssertRefused(Png(Header(2, 1, colour: 3), Chunk("PLTE", new byte[6]), Chunk("IDAT", Zip(0, 1, 2)), end),
            "damaged: a pixel has colour 2 of a palette of 2.");
        AssertRefused(Png(Header(2, 1), Chunk("tRNS", [1]), Chunk("IDAT", Zip(0, 1, 2)), end), "tRNS has 1 bytes; 2 were expected for colour type 0.");
        AssertRefused(Png(Header(2, 2), Chunk("CgBI", [])), "the chunk CgBI is unknown, but marked as necessary.");
        AssertRefused(Png(Header(2, 2), Damaged(Chunk("IDAT", Zip(0, 1, 2, 0, 3, 4))), end), "damaged: the checksum of the chunk IDAT at byte 33 is wrong.");
        AssertRefused(Png(Header(2, 2), Chunk("IDAT", [1, 2])[..^2]), "truncated: the chunk IDAT at byte 33 promises 2 bytes, but only 0 are there.");
    }

    [Fact]
    public void Refuses_more_pixels_than_allowed_before_it_reads_them()
    {
        Assert.Equal("limit: the size is 20 x 30, 600 pixels; at most 599 are read.",
            Assert.Throws<InvalidDataException>(() => Decode(Png(Header(20, 30), Chunk("IDAT", [1])), "limit", 599)).Message);
        // These crashed, or ran for minutes: sizes whose products do not fit into 32 bits.
        foreach (var (side, depth, colour) in new (int, byte, byte)[] { (17000, 16, 6), (46000, 1, 0), (65535, 16, 6) })
            foreach (var interlace in new byte[] { 0, 1 })
            {
                var file = Png(Header(side, side, depth, colour, interlace), Chunk("IDAT", Zip(new byte[100])));
                Assert.EndsWith($"{(long)side * side} pixels; at most 100000000 are read.",
                    Assert.Throws<InvalidDataException>(() => Decode(file, "large")).Message, StringComparison.Ordinal);
                Assert.Throws<InvalidDataException>(() => Decode(file, "large", long.MaxValue));
            }
    }

    /// <summary>3000 x 3000 x 4 samples of two bytes are 72 MB; a row and the square that is asked for are all that may be held.</summary>
    [Fact]
    public void A_large_image_is_never_in_memory()
    {
        const int side = 3000;
        using var file = new MemoryStream();
        file.Write(Png(Header(side, side, 16, 6)));
        using (var packed = new MemoryStream())
        {
            using (var zip = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                for (var y = 0; y < side; y++) zip.Write(new byte[1 + 8 * side]);
            file.Write(Chunk("IDAT", packed.ToArray()));
        }
        file.Write(Chunk("IEND", []));
        file.Position = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var rows = PngImage.Open(file, ImageRows.DefaultMaxPixels, "large");
        var square = ImageResizer.Resize(rows, 8, grey: false);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
        // Without opacity everything is the paper that it is composed over.
        Assert.All(square, pixel => Assert.Equal(255, pixel));
    }

    private static (int Width, int Height, int Channels, byte[] Pixels) Decode(byte[] file, string name, long maxPixels = ImageRows.DefaultMaxPixels)
    {
        using var stream = new MemoryStream(file);
        using var rows = PngImage.Open(stream, maxPixels, name);
        return (rows.Width, rows.Height, rows.Channels, AllRows.Of(rows));
    }

    private static byte[] Damaged(byte[] chunk) => [.. chunk[..^1], (byte)(chunk[^1] ^ 1)];

    private static void AssertRefused(ReadOnlySpan<byte> bytes, string reason)
    {
        var file = bytes.ToArray();
        Assert.Equal($"file.png: {reason}", Assert.Throws<InvalidDataException>(() => Decode(file, "file.png")).Message);
    }

    internal static byte[] Png(params byte[][] chunks) => [0x89, .. "PNG\r\n\u001a\n"u8, .. chunks.SelectMany(chunk => chunk)];

    internal static byte[] Header(int width, int height, byte depth = 8, byte colour = 0, byte interlace = 0)
    {
        var data = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        (data[8], data[9], data[12]) = (depth, colour, interlace);
        return Chunk("IHDR", data);
    }

    internal static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        // The checksum bit by bit, straight from the definition.
        var crc = uint.MaxValue;
        for (var bit = 0; bit < 8 * body.Length; bit++)
        {
            var carry = (crc ^ (uint)(body[bit / 8] >> bit % 8)) & 1;
            crc = crc >> 1 ^ (carry == 1 ? 0xEDB88320 : 0);
        }
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), ~crc);
        return chunk;
    }

    internal static byte[] Zip(params byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Optimal)) stream.Write(bytes);
        return packed.ToArray();
    }
}
