using System.Text;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class PnmImageTests
{
    [Theory]
    [InlineData("P5 3 2 255\n", "00017F80FEFF", 3, 2, 1, "00017F80FEFF")]
    [InlineData("P6\n1 2\n255\n", "010203040506", 1, 2, 3, "010203040506")]
    [InlineData("P5\n# made by hand\n2 # the width\n1\n255# the levels\n", "0A20", 2, 1, 1, "0A20")]
    [InlineData("P5 2 1 15\n", "000F", 2, 1, 1, "00FF")]
    [InlineData("P5 3 1 100\n", "003264", 3, 1, 1, "0080FF")]
    [InlineData("P5 3 1 65535\n", "00008080FFFF", 3, 1, 1, "0080FF")]
    [InlineData("P5 2 1 1000\n", "01F403E8", 2, 1, 1, "80FF")]
    [InlineData("P5 1 1 255\n", "23", 1, 1, 1, "23")]
    [InlineData("P5 1 1 255\n", "0A0A", 1, 1, 1, "0A")]
    [InlineData("P2\n3 1\n255\n0 7 255", "", 3, 1, 1, "0007FF")]
    [InlineData("P2 # text\n2 2 4\n0 1\n2 4\n", "", 2, 2, 1, "004080FF")]
    [InlineData("P3 1 2 255 1 2 3\r\n4 # five is next\n5 6 # end", "", 1, 2, 3, "010203040506")]
    [InlineData("P2\t1\v1\f65535\r65535", "", 1, 1, 1, "FF")]
    public void Decodes(string text, string hex, int width, int height, int channels, string pixels)
    {
        using var file = new MemoryStream([.. Encoding.ASCII.GetBytes(text), .. Convert.FromHexString(hex)]);
        using var image = PnmImage.Open(file, ImageRows.DefaultMaxPixels, "image.pnm");
        Assert.Equal((width, height, channels, pixels), (image.Width, image.Height, image.Channels, Convert.ToHexString(AllRows.Of(image))));
    }

    [Theory]
    [InlineData("", "not a PNM image of kind P2, P3, P5 or P6: it is empty.")]
    [InlineData("P4 1 1\n0", "not a PNM image of kind P2, P3, P5 or P6: it is a PNM image of kind P4.")]
    [InlineData("GIF89a", "not a PNM image of kind P2, P3, P5 or P6: it is a GIF image.")]
    [InlineData("P5 2", "truncated: the file ends before the height.")]
    [InlineData("P5 2 # only a comment", "truncated: the file ends before the height.")]
    [InlineData("P5 -2 1 255\n", "the width is not a whole number: byte 3 is 0x2D.")]
    [InlineData("P5 2x 1 255\n", "the width is not a whole number: byte 4 is 0x78.")]
    [InlineData("P5 99999999999 1 255\n", "the width has too many digits.")]
    [InlineData("P5 0 1 255\n", "the size is 0 x 1; both must be in 1..65535.")]
    [InlineData("P5 1 70000 255\n", "the size is 1 x 70000; both must be in 1..65535.")]
    [InlineData("P5 1 1 0\n0", "the greatest level is 0; 1 to 65535 was expected.")]
    [InlineData("P5 1 1 65536\n0", "the greatest level is 65536; 1 to 65535 was expected.")]
    [InlineData("P5 2 3 255\nabcd", "truncated: 2 x 3 pixels are 6 bytes, but only 4 are there.")]
    [InlineData("P5 2 3 255", "truncated: 2 x 3 pixels are 6 bytes, but only 0 are there.")]
    [InlineData("P6 1 1 300\nabcde", "truncated: 1 x 1 pixels are 6 bytes, but only 5 are there.")]
    [InlineData("P5 1 1 255\nabc", "trailing bytes: 2 follow the 1 x 1 pixels.")]
    [InlineData("P5 1 2 64\n@A", "number 2 of 2 is 65, greater than the greatest level 64.")]
    [InlineData("P2 2 2 9\n1 2 10 4", "number 3 of 4 is 10, greater than the greatest level 9.")]
    [InlineData("P2 2 2 9\n1 2 x 4", "number 3 of 4 is not a whole number: byte 13 is 0x78.")]
    [InlineData("P2 2 2 99\n11 22 33 ", "truncated: the file ends before number 4 of 4.")]
    [InlineData("P3 999 999 9\n1 2 3", "truncated: 999 x 999 pixels are 2994003 numbers, more than 5 bytes of text can hold.")]
    [InlineData("P2 1 1 9\n1 2", "trailing bytes: 1 follow the 1 x 1 pixels.")]
    public void Refuses_a_damaged_file_by_name_and_reason(string text, string reason)
    {
        using var file = new MemoryStream(Encoding.ASCII.GetBytes(text));
        Assert.Equal($"image.pgm: {reason}",
            Assert.Throws<InvalidDataException>(() => AllRows.Of(PnmImage.Open(file, ImageRows.DefaultMaxPixels, "image.pgm"))).Message);
    }

    [Theory]
    [InlineData("P5 65535 65535 65535\n", "the size is 65535 x 65535, 4294836225 pixels; at most 100000000 are read.")]
    [InlineData("P2 10001 10000 1\n", "the size is 10001 x 10000, 100010000 pixels; at most 100000000 are read.")]
    public void Refuses_more_pixels_than_allowed(string text, string reason)
    {
        using var file = new MemoryStream(Encoding.ASCII.GetBytes(text));
        Assert.Equal($"image.pgm: {reason}", Assert.Throws<InvalidDataException>(() => PnmImage.Open(file, ImageRows.DefaultMaxPixels, "image.pgm")).Message);
        file.Position = 0;
        Assert.StartsWith("image.pgm: truncated: ", Assert.Throws<InvalidDataException>(() => PnmImage.Open(file, long.MaxValue, "image.pgm")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_wide_image_crosses_every_block_that_is_read()
    {
        var bytes = new SeededBytes(19).Bytes(40_000);
        using var binary = new MemoryStream([.. "P5 20000 2 255\n"u8, .. bytes]);
        Assert.Equal(bytes, AllRows.Of(PnmImage.Open(binary, 1 << 20, "binary")));
        using var text = new MemoryStream(Encoding.ASCII.GetBytes($"P2 20000 2 255\n{string.Join(' ', bytes)}"));
        Assert.Equal(bytes, AllRows.Of(PnmImage.Open(text, 1 << 20, "text")));
    }
}
