using System.Buffers.Binary;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Files written out by hand after the description of the Windows bitmap.</summary>
public sealed class BmpImageTests
{
    /// <summary>One of each kind, for damage.</summary>
    internal static byte[][] Files =>
    [
        Bmp(3, 2, 24, [], [6, 5, 4, 9, 8, 7, 12, 11, 10, 0, 0, 0, 3, 2, 1, 3, 2, 1, 3, 2, 1, 0, 0, 0]),
        Bmp(9, 1, 1, [0, 0, 0, 0, 255, 255, 255, 0], [0xAA, 0x80, 0, 0]),
        Bmp(3, -1, 4, [1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0], [0x01, 0x20, 0, 0]), Bmp(2, 1, 32, [], [3, 2, 1, 0, 6, 5, 4, 99]),
    ];

    [Fact]
    public void Rows_come_from_the_top_and_colours_as_red_green_blue()
    {
        Assert.Equal([1, 2, 3, 1, 2, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], Pixels(Files[0]));
        Assert.Equal([1, 2, 3, 4, 5, 6], Pixels(Files[3]));
    }

    /// <summary>1 and 4 bits begin at the high end of a byte; a negative height begins at the top.</summary>
    [Fact]
    public void Colours_of_a_palette_are_looked_up()
    {
        Assert.Equal([255, 0, 255, 0, 255, 0, 255, 0, 255], Pixels(Files[1]).Chunk(3).Select(static pixel => (int)pixel[0]));
        Assert.Equal([3, 2, 1, 6, 5, 4, 9, 8, 7], Pixels(Files[2]));
        Assert.Equal([6, 5, 4, 3, 2, 1], Pixels(Bmp(1, 2, 8, [1, 2, 3, 0, 4, 5, 6, 0], [0, 0, 0, 0, 1, 0, 0, 0])));
        Assert.Equal([3, 2, 1, 6, 5, 4], Pixels(Bmp(1, -2, 8, [1, 2, 3, 0, 4, 5, 6, 0], [0, 0, 0, 0, 1, 0, 0, 0])));
    }

    [Fact]
    public void Refuses_what_it_does_not_read()
    {
        var whole = Files[0];
        for (var length = 10; length < whole.Length; length++) Assert.Throws<InvalidDataException>(() => Pixels(whole[..length]));
        AssertRefused("truncated: the file ends at byte 77, before the last pixel.", whole[..^1]);
        AssertRefused("a BMP image of 16 bits a pixel; 1, 4, 8, 24 or 32 were expected.", Changed(whole, 28, 16));
        AssertRefused("a BMP image with compression 1; one that is not compressed was expected.", Changed(whole, 30, 1));
        AssertRefused("the header of the bitmap has 39 bytes; 12 or 40 to 124 were expected.", Changed(whole, 14, 39));
        AssertRefused("the size is 0 x 2; both must be in 1..65535.", Changed(whole, 18, 0));
        AssertRefused("the palette has 257 colours; at most 256 before the pixels were expected.", Changed(Changed(Files[2], 46, 1), 47, 1));
        AssertRefused("damaged: the pixel 1 of row 0 has colour 3 of a palette of 3.", Changed(Files[2], 66, 0x03));
        AssertRefused("not a BMP image: it is a PNG image.", [.. PngImage.Signature]);
    }

    private static void AssertRefused(string message, byte[] file) =>
        Assert.Equal($"bmp: {message}", Assert.Throws<InvalidDataException>(() => Pixels(file)).Message);

    private static byte[] Changed(byte[] file, int at, byte value)
    {
        byte[] changed = [.. file];
        changed[at] = value;
        return changed;
    }

    private static byte[] Pixels(byte[] file)
    {
        using var rows = BmpImage.Open(new MemoryStream(file), ImageRows.DefaultMaxPixels, "bmp");
        return AllRows.Of(rows);
    }

    private static byte[] Bmp(int width, int height, int bits, byte[] palette, byte[] pixels)
    {
        var file = new byte[54 + palette.Length + pixels.Length];
        (file[0], file[1], file[14], file[26], file[28]) = ((byte)'B', (byte)'M', 40, 1, (byte)bits);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 54 + palette.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(46), palette.Length / 4);
        palette.CopyTo(file, 54);
        pixels.CopyTo(file, 54 + palette.Length);
        return file;
    }
}
