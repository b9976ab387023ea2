using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class DecodedImageTests
{
    public static TheoryData<int, int, int, int, string, string> Resized => PillowFixtures.Resized;

    [Theory]
    [MemberData(nameof(Resized))]
    public void Resizes_as_Pillow_does_up_to_its_rounding(int width, int height, int channels, int size, string pixels, string expected)
    {
        var image = new DecodedImage(width, height, channels, Convert.FromBase64String(pixels)).Resize(size);
        Assert.Equal((size, size, channels), (image.Width, image.Height, image.Channels));
        // Pillow rounds to bytes between the two directions.
        Assert.Equal(Convert.FromBase64String(expected), image.Pixels, (a, b) => Math.Abs(a - b) <= 1);
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
            Assert.All(new DecodedImage(width, height, 1, pixels).Resize(size).Pixels, pixel => Assert.Equal(level, pixel));
        }
    }

    [Fact]
    public void Resizing_keeps_the_mirror_image()
    {
        byte[] row = [0, 10, 250, 30, 99, 7, 180, 201, 5];
        var (there, back) = (new DecodedImage(3, 3, 1, row).Resize(5).Pixels, new DecodedImage(3, 3, 1, [.. row.Reverse()]).Resize(5).Pixels);
        Assert.Equal(there, back.Reverse());
    }

    [Fact]
    public void Grey_is_the_luma_of_BT_601()
    {
        byte[] colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0];
        // 0.299, 0.587 and 0.114 of 255: 76.245, 149.685, 29.07.
        Assert.Equal([76, 150, 29, 255, 0], new DecodedImage(5, 1, 3, colours).ToGrey().Pixels);
        var pillow = new DecodedImage(4, 4, 3, Convert.FromBase64String(PillowFixtures.Colours)).ToGrey();
        Assert.Equal(Convert.FromBase64String(PillowFixtures.Greyed), pillow.Pixels, (a, b) => Math.Abs(a - b) <= 1);
    }
}
