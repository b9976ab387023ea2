using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class ImageFolderTests : IDisposable
{
    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Classes_and_images_come_in_the_order_of_their_names()
    {
        folder.Write("b/2.pgm", "P2 1 1 255 20"u8);
        folder.Write("b/10.PGM", "P2 1 1 255 10"u8);
        folder.Write("B/only.pnm", "P2 1 1 255 66"u8);
        folder.Write("a/only.ppm", "P3 1 1 255 7 7 7"u8);
        folder.Write("a/notes.txt", "passed over"u8);
        folder.Write("a/.hidden.png", "passed over"u8);
        folder.Write(".git/file.png", "passed over"u8);
        folder.Write("file.png", "passed over"u8);
        var data = ImageFolder.Load(folder.Path, size: 1, grey: true, deviation: 1 / 255.0);
        Assert.Equal(["B", "a", "b"], data.ClassNames);
        Assert.Equal([1, 1, 1], data.SampleShape.ToArray());
        Assert.Equal([0L, 1, 2, 2], Enumerable.Range(0, data.Count).Select(data.Target));
        Assert.Equal([66f, 7f, 10f, 20f], Enumerable.Range(0, data.Count).Select(i => ImageDatasetTests.Read(data, i)[0]), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void Colour_is_kept_as_three_planes_and_grey_is_repeated()
    {
        folder.Write("a/colour.ppm", "P3 2 2 255  1 2 3  4 5 6  7 8 9  10 11 12"u8);
        folder.Write("b/grey.pgm", "P2 2 2 255  1 2 3 4"u8);
        var data = ImageFolder.Load(folder.Path, size: 2, grey: false, deviation: 1 / 255.0);
        Assert.Equal([3, 2, 2], data.SampleShape.ToArray());
        Assert.Equal([1f, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12], ImageDatasetTests.Read(data, 0), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal([1f, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4], ImageDatasetTests.Read(data, 1), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void Colour_becomes_luma_where_grey_is_asked_for()
    {
        folder.Write("a/red.ppm", "P3 1 1 255 255 0 0"u8);
        folder.Write("b/green.ppm", "P3 1 1 255 0 255 0"u8);
        var data = ImageFolder.Load(folder.Path, size: 3, grey: true, mean: 0.25, deviation: 0.5);
        Assert.Equal([1, 3, 3], data.SampleShape.ToArray());
        Assert.All(ImageDatasetTests.Read(data, 0), number => Assert.Equal((76 / 255f - 0.25f) / 0.5f, number, 1e-6f));
        Assert.All(ImageDatasetTests.Read(data, 1), number => Assert.Equal((150 / 255f - 0.25f) / 0.5f, number, 1e-6f));
    }

    [Fact]
    public void Png_images_are_read_and_resized()
    {
        var (_, width, height, channels, file, pixels) = PillowFixtures.Pngs.Single(row => row.Data.Item1 == "pillow RGB").Data;
        folder.Write("a/image.png", Convert.FromBase64String(file));
        folder.Write("b/image.PNG", Convert.FromBase64String(file));
        var data = ImageFolder.Load(folder.Path, size: 5, grey: false, deviation: 1 / 255.0);
        using var image = new InMemoryImage(width, height, channels, Convert.FromBase64String(pixels));
        var expected = ImageResizer.Resize(image, 5, grey: false);
        for (var i = 0; i < 75; i++) Assert.Equal(expected[i % 25 * 3 + i / 25], ImageDatasetTests.Read(data, 1)[i], 1e-4f);
    }

    [Fact]
    public void Refuses_folders_that_are_not_laid_out_by_class()
    {
        var absent = Path.Combine(folder.Path, "absent");
        Assert.Equal($"{absent}: there is no such folder; one with a sub-folder of images for each class was expected.",
            Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Load(absent, 8, grey: true)).Message);
        AssertRefused($"{folder.Path}: the folder has no sub-folders; one for each of at least two classes was expected.");
        folder.Write("a/1.pgm", "P2 1 1 255 0"u8);
        AssertRefused($"{folder.Path}: the folder has only the sub-folder a; one for each of at least two classes was expected.");
        folder.Write("b/readme", "text"u8);
        AssertRefused($"{Path.Combine(folder.Path, "b")}: the class folder has no images that are read, but 1 x file that is no image; " +
            ".png, .jpg, .jpeg, .bmp, .pgm, .ppm, .pnm files were expected.");
        folder.Write("b/photo.GIF", "GIF89a"u8);
        AssertRefused($"{Path.Combine(folder.Path, "b")}: the class folder has no images that are read, but 1 x GIF image, 1 x file that is no image; " +
            ".png, .jpg, .jpeg, .bmp, .pgm, .ppm, .pnm files were expected.");
        using var wrapped = new DataFolder();
        wrapped.Write("inner/a/1.pgm", "P2 1 1 255 0"u8);
        wrapped.Write("inner/b/1.pgm", "P2 1 1 255 0"u8);
        var inner = Path.Combine(wrapped.Path, "inner");
        Assert.Equal($"{wrapped.Path}: the folder has only the sub-folder inner; one for each of at least two classes was expected; did you mean {inner}?",
            Assert.Throws<InvalidDataException>(() => ImageFolder.Load(wrapped.Path, 8, grey: true)).Message);
    }

    [Fact]
    public void Names_the_first_damaged_image_however_many_threads_read()
    {
        for (var i = 100; i < 140; i++) folder.Write($"{(i < 120 ? "a" : "b")}/{i}.pgm", "P2 1 1 255 0"u8);
        // A second thread starts in the middle and meets 120 while the first is still busy with the large 100.
        folder.Write("a/100.pgm", [.. "P5 1500 1500 255\n"u8, .. new byte[1500 * 1500]]);
        folder.Write("b/120.pgm", "P2 1 1 255"u8);
        var photo = folder.Write("a/110.png", "<html>"u8);
        folder.Write("a/117.pgm", "P2 1 1 255"u8);
        for (var round = 0; round < 20; round++) AssertRefused($"{photo}: not a PNG image: it is a page of HTML or XML.");
    }

    [Fact]
    public void The_first_bytes_decide_and_not_the_name()
    {
        folder.Write("a/really-png.jpg", Convert.FromBase64String(PillowFixtures.Pngs.First().Data.Item5));
        folder.Write("b/really-pgm", "P2 1 1 255 0"u8);
        Assert.Equal(2, ImageFolder.Load(folder.Path, 4, grey: true).Count);
    }

    [Fact]
    public void An_image_of_more_pixels_than_allowed_is_refused()
    {
        folder.Write("a/1.pgm", "P2 2 1 255 0 0"u8);
        folder.Write("b/1.pgm", "P2 1 1 255 0"u8);
        Assert.Equal(2, ImageFolder.Load(folder.Path, 4, grey: true, maxPixels: 2).Count);
        Assert.Equal($"{Path.Combine(folder.Path, "a", "1.pgm")}: the size is 2 x 1, 2 pixels; at most 1 are read.",
            Assert.Throws<InvalidDataException>(() => ImageFolder.Load(folder.Path, 4, grey: true, maxPixels: 1)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4097)]
    public void Refuses_a_size_out_of_range(int size) =>
        Assert.Equal($"size is {size}; samples of 1 to 4096 pixels a side are made. (Parameter 'size')",
            Assert.Throws<ArgumentOutOfRangeException>(() => ImageFolder.Load(folder.Path, size, grey: true)).Message);

    private void AssertRefused(string message) =>
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => ImageFolder.Load(folder.Path, 8, grey: true)).Message);
}
