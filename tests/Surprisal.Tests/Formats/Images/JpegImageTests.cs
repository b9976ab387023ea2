using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class JpegImageTests : IDisposable
{
    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Sizes of one block, of parts of one and of several; quantizers of 1 leave rounding alone.</summary>
    [Theory]
    [InlineData(8, 8, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(17, 9, 1)]
    [InlineData(8, 8, 3)]
    [InlineData(7, 15, 3)]
    [InlineData(33, 2, 3)]
    public void Pixels_are_those_that_were_encoded(int width, int height, int channels)
    {
        var pixels = Picture(width, height, channels);
        using var rows = Open(JpegEncoder.Encode(pixels, width, height, channels));
        Assert.Equal((width, height, channels), (rows.Width, rows.Height, rows.Channels));
        AssertNear(pixels, AllRows.Of(rows));
    }

    /// <summary>Another decoder's: the standard leaves the rounding of the transform, and how colours are spread over pixels, to it.</summary>
    [Theory]
    [MemberData(nameof(JpegFixtures.All), MemberType = typeof(JpegFixtures))]
    public void Pixels_are_those_of_libjpeg(string name, int width, int height, int channels, string file, string pixels)
    {
        using var rows = Open(Convert.FromBase64String(file));
        Assert.Equal((width, height, channels), (rows.Width, rows.Height, rows.Channels));
        var (expected, actual) = (Convert.FromBase64String(pixels), AllRows.Of(rows));
        var distances = expected.Zip(actual, static (a, b) => Math.Abs(a - b)).ToArray();
        Assert.True(distances.Max() <= 12 && distances.Average() < 0.7, $"{name}: at most {distances.Max()}, on average {distances.Average()}");
    }

    /// <summary>The stored picture is the upright one, turned back by the table of EXIF 2.32: where its row 0 and column 0 are.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Every_orientation_comes_out_upright(int orientation)
    {
        const int width = 11, height = 5;
        var upright = Picture(width, height, 3);
        var (stored, storedWidth, storedHeight) = Stored(upright, width, height, orientation);
        foreach (var bigEndian in new[] { false, true })
        {
            using var rows = Open(JpegEncoder.Encode(stored, storedWidth, storedHeight, 3, orientation, bigEndian));
            Assert.Equal((width, height), (rows.Width, rows.Height));
            AssertNear(upright, AllRows.Of(rows));
        }
        // PNG has no loss, so there the pixels are the same.
        foreach (var isBehind in new[] { false, true })
        {
            var exif = PngImageTests.Chunk("eXIf", JpegEncoder.Exif(orientation, bigEndian: isBehind));
            byte[] data = PngImageTests.Chunk("IDAT", Zlib(stored, storedWidth * 3));
            var path = folder.Write("turned.png", [.. PngImage.Signature, .. PngImageTests.Chunk("IHDR",
                [0, 0, 0, (byte)storedWidth, 0, 0, 0, (byte)storedHeight, 8, 2, 0, 0, 0]), .. isBehind ? data : exif, .. isBehind ? exif : data,
                .. PngImageTests.Chunk("IEND", [])]);
            using var file = ImageFile.OpenImage(path);
            using var rows = ImageFile.OpenRows(file, path, ImageRows.DefaultMaxPixels);
            Assert.Equal(upright, AllRows.Of(rows));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void An_orientation_that_there_is_not_leaves_the_picture_as_it_is(int orientation) =>
        Assert.Equal(1, ExifOrientation.Parse(JpegEncoder.Exif(orientation, bigEndian: true)));

    [Fact]
    public void Damaged_exif_data_leave_the_picture_as_it_is()
    {
        var whole = JpegEncoder.Exif(6, bigEndian: false);
        Assert.Equal(6, ExifOrientation.Parse(whole));
        for (var length = 0; length < 22; length++) Assert.Equal(1, ExifOrientation.Parse(whole.AsSpan(0, length)));
        byte[] beyond = [.. whole];
        beyond.AsSpan(4, 4).Fill(0xFF);
        Assert.Equal(1, ExifOrientation.Parse(beyond));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_and_one_with_more_behind_it_is_not()
    {
        var file = JpegEncoder.Encode(Picture(9, 9, 3), 9, 9, 3, orientation: 6);
        for (var length = 3; length < file.Length; length++) Assert.Throws<InvalidDataException>(() => Open(file[..length]));
        using var rows = Open([.. file, .. "a motion photo"u8]);
        Assert.Equal((9, 9), (rows.Width, rows.Height));
        Assert.Equal($"jpeg: truncated: the file ends at byte {file.Length - 2}, before the end of the image.", Refusal(file[..^2]));
    }

    [Fact]
    public void What_the_decoder_would_loop_on_or_misread_is_refused_by_name()
    {
        var file = JpegEncoder.Encode(Picture(8, 8, 1), 8, 8, 1);
        var frame = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        Assert.Equal(
            $"jpeg: truncated: the segment FFDB at byte 2 promises 65535 bytes, but {file.Length - 4} are there, and 2 at least were expected.",
            Refusal(Changed(file, 4, 0xFF, 0xFF)));
        Assert.Equal("jpeg: a JPEG image with arithmetic coding; baseline, extended or progressive with Huffman codes was expected.",
            Refusal(Changed(file, frame + 1, 0xC9)));
        Assert.Equal("jpeg: a JPEG image of 12 bits a sample; 8 were expected.", Refusal(Changed(file, frame + 4, 12)));
        Assert.Equal("jpeg: the size is 8 x 0; both must be in 1..65535.", Refusal(Changed(file, frame + 5, 0, 0)));
        Assert.Equal("jpeg: the size is 30000 x 30000, 900000000 pixels; at most 100000000 are read.",
            Refusal(Changed(file, frame + 5, 0x75, 0x30, 0x75, 0x30)));
        Assert.StartsWith("jpeg: truncated: 8000 x 8000 pixels are 1000000 blocks, more than ", Refusal(Changed(file, frame + 5, 0x1F, 0x40, 0x1F, 0x40)),
            StringComparison.Ordinal);
        Assert.Equal("jpeg: not a JPEG image: it is a PNG image.", Refusal([.. PngImage.Signature, 0]));
        Assert.Equal("jpeg: there are no pixels: the image ends at byte 4 before any scan.", Refusal([0xFF, 0xD8, 0xFF, 0xD9]));
    }

    [Fact]
    public void Photos_are_part_of_a_folder_of_images()
    {
        folder.Write("a/1.jpg", JpegEncoder.Encode(Picture(16, 16, 3), 16, 16, 3));
        folder.Write("b/1.JPEG", JpegEncoder.Encode(Picture(16, 16, 1), 16, 16, 1));
        var data = ImageFolder.Load(folder.Path, size: 16, grey: false, deviation: 1 / 255.0);
        Assert.Equal(2, data.Count);
        var picture = Picture(16, 16, 3);
        var numbers = ImageDatasetTests.Read(data, 0);
        for (var i = 0; i < numbers.Length; i++) Assert.InRange(numbers[i] - picture[3 * (i % 256) + i / 256], -3f, 3f);
        folder.Write("b/0.jpg", "no photo"u8);
        Assert.Equal($"{Path.Combine(folder.Path, "b", "0.jpg")}: not a JPEG image: it begins with the bytes 6E6F2070686F746F.",
            Assert.Throws<InvalidDataException>(() => ImageFolder.Load(folder.Path, 8, grey: true)).Message);
    }

    /// <summary>Where row 0 and column 0 of the stored picture are in the upright one.</summary>
    private static (byte[] Pixels, int Width, int Height) Stored(byte[] upright, int width, int height, int orientation)
    {
        var (isRowFirst, isColumnFirst) = orientation switch
        {
            1 or 5 => (true, true), 2 or 8 => (true, false), 3 or 7 => (false, false), _ => (false, true),
        };
        // From 5 on, row 0 is the left or right side, and column 0 the top or bottom.
        var isTurned = orientation >= 5;
        var (columns, lines) = isTurned ? (height, width) : (width, height);
        var stored = new byte[upright.Length];
        for (var row = 0; row < lines; row++)
            for (var column = 0; column < columns; column++)
            {
                var (across, down) = isTurned ? (row, column) : (column, row);
                var isLeft = isTurned ? isRowFirst : isColumnFirst;
                var isTop = isTurned ? isColumnFirst : isRowFirst;
                var (x, y) = (isLeft ? across : width - 1 - across, isTop ? down : height - 1 - down);
                upright.AsSpan(3 * (y * width + x), 3).CopyTo(stored.AsSpan(3 * (row * columns + column)));
            }
        return (stored, columns, lines);
    }

    private static byte[] Zlib(byte[] pixels, int rowBytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Optimal))
            foreach (var row in pixels.Chunk(rowBytes)) zlib.Write([0, .. row]);
        return packed.ToArray();
    }

    /// <summary>Smooth, and alike in no two directions.</summary>
    internal static byte[] Picture(int width, int height, int channels)
    {
        var pixels = new byte[width * height * channels];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y, c) = (i / channels % width, i / channels / width, i % channels);
            pixels[i] = (byte)(40 + 150.0 * x / width + 50.0 * y / height - 30 * c + (c == 1 ? 40.0 * y / height : 0));
        }
        return pixels;
    }

    internal static ImageRows Open(byte[] file) => JpegImage.Open(new MemoryStream(file), ImageRows.DefaultMaxPixels, "jpeg");

    private static string Refusal(byte[] file) => Assert.Throws<InvalidDataException>(() => Open(file)).Message;

    private static byte[] Changed(byte[] file, int at, params byte[] bytes)
    {
        byte[] changed = [.. file];
        bytes.CopyTo(changed, at);
        return changed;
    }

    private static void AssertNear(byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.InRange(actual[i] - expected[i], -3, 3);
    }
}
