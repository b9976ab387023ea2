using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class ImageResizerTests
{
    public static TheoryData<int, int, int, int, string, string> Resized => PillowFixtures.Resized;

    [Theory]
    [MemberData(nameof(Resized))]
    public void Resizes_as_Pillow_does_up_to_its_rounding(int width, int height, int channels, int size, string pixels, string expected)
    {
        // Pillow rounds to bytes between the two directions.
        Assert.Equal(Convert.FromBase64String(expected), Resize(width, height, channels, Convert.FromBase64String(pixels), size),
            (a, b) => Math.Abs(a - b) <= 1);
    }

    [Theory]
    [InlineData(1, 1, 5)]
    [InlineData(100, 3, 7)]
    [InlineData(13, 29, 28)]
    [InlineData(4, 4, 4)]
    public void A_surface_of_one_grey_stays_that_grey(int width, int height, int size)
    {
        foreach (var level in new byte[] { 0, 1, 77, 254, 255 })
        {
            var pixels = new byte[width * height];
            pixels.AsSpan().Fill(level);
            Assert.All(Resize(width, height, 1, pixels, size), pixel => Assert.Equal(level, pixel));
        }
    }

    [Fact]
    public void Resizing_keeps_the_mirror_image()
    {
        byte[] row = [0, 10, 250, 30, 99, 7, 180, 201, 5];
        var (there, back) = (Resize(3, 3, 1, row, 5), Resize(3, 3, 1, [.. row.Reverse()], 5));
        Assert.Equal(there, back.Reverse());
    }

    [Fact]
    public void Grey_is_the_luma_of_BT_601()
    {
        byte[] colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
        // 0.299, 0.587 and 0.114 of 255: 76.245, 149.685, 29.07.
        Assert.Equal([76, 150, 29, 255], Resize(2, 2, 3, colours, 2, grey: true));
        var pillow = Resize(4, 4, 3, Convert.FromBase64String(PillowFixtures.Colours), 4, grey: true);
        Assert.Equal(Convert.FromBase64String(PillowFixtures.Greyed), pillow, (a, b) => Math.Abs(a - b) <= 1);
    }

    /// <summary>The definition, over the whole image in memory: two sums of weights over all source pixels.</summary>
    [Fact]
    public void Any_size_becomes_what_the_weights_of_its_definition_say()
    {
        var random = new SeededBytes(20);
        for (var round = 0; round < 60; round++)
        {
            var (width, height, channels, size) = (1 + random.Below(40), 1 + random.Below(40), random.Below(2) * 2 + 1, 1 + random.Below(24));
            var pixels = random.Bytes(width * height * channels);
            var resized = Resize(width, height, channels, pixels, size);
            for (var i = 0; i < resized.Length; i++)
            {
                var (y, x, c) = (i / channels / size, i / channels % size, i % channels);
                var (sum, total) = (0.0, 0.0);
                for (var v = 0; v < height; v++)
                    for (var u = 0; u < width; u++)
                    {
                        var weight = Triangle(y, v, height, size) * Triangle(x, u, width, size);
                        (sum, total) = (sum + weight * pixels[(v * width + u) * channels + c], total + weight);
                    }
                Assert.True(Math.Abs(resized[i] - sum / total) <= 0.5 + 1e-9,
                    $"{width} x {height} x {channels} to {size}: pixel {i} is {resized[i]}, not {sum / total}.");
            }
        }

        static double Triangle(int made, int source, int from, int to) =>
            Math.Max(0, 1 - Math.Abs(source + 0.5 - (made + 0.5) * from / to) / Math.Max((double)from / to, 1));
    }

    private static byte[] Resize(int width, int height, int channels, byte[] pixels, int size, bool grey = false)
    {
        using var image = new InMemoryImage(width, height, channels, pixels);
        return ImageResizer.Resize(image, size, grey);
    }
}
