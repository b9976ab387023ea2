using System.IO.Compression;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class MaskFolderTests : IDisposable
{
    private static readonly ImageLoading loading = new() { Size = 2, Grey = true };

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Images => Path.Combine(folder.Path, "images");

    private string Masks => Path.Combine(folder.Path, "masks");

    /// <summary>The sample as it stands in the file: an index although the palette has one colour, 1, 2, 4 and 16 bits unscaled.</summary>
    [Theory]
    [InlineData(3, 8, new byte[] { 0, 0, 1, 0, 2, 255 })]
    [InlineData(0, 8, new byte[] { 0, 0, 1, 0, 2, 255 })]
    [InlineData(0, 2, new byte[] { 0, 0b00_01_0000, 0, 0b10_11_0000 })]
    [InlineData(0, 4, new byte[] { 0, 0x01, 0, 0x2F })]
    [InlineData(0, 16, new byte[] { 0, 0, 0, 0, 1, 0, 0, 2, 0, 255 })]
    public void The_sample_is_the_class(byte colour, byte depth, byte[] scanlines)
    {
        Image("1", 2, 2);
        folder.Write("masks/1.png", Png(2, 2, depth, colour, scanlines, colour == 3 ? [9, 9, 9] : [], colour == 3 ? [0] : []));
        var ignored = depth switch { 2 => 3, 4 => 15, _ => 255 };
        var data = MaskFolder.Load(Images, Masks, loading, ["a", "b", "c"], ignored);
        Assert.Equal([2, 2], data.TargetShape.ToArray());
        var batch = Batch.Collate(data, [0, 0]);
        Assert.Equal([2, 2, 2], batch.Targets.Shape.ToArray());
        Assert.Equal([0L, 1, 2, -100, 0, 1, 2, -100], batch.Targets.ToArray());
        Assert.Equal([1L, 1, 1], data.CountTargets());
    }

    [Fact]
    public void Masks_are_resized_to_the_nearest_sample()
    {
        Image("1", 6, 4);
        folder.Write("masks/1.png", Png(6, 4, 8, 0,
            [0, 0, 0, 0, 4, 4, 4, 0, 0, 1, 0, 4, 4, 4, 0, 2, 2, 2, 255, 255, 255, 0, 2, 3, 2, 255, 255, 255], [], []));
        var target = new long[4];
        MaskFolder.Load(Images, Masks, loading, ["0", "1", "2", "3", "4"]).ReadTarget(0, target);
        // Centres of quarters lie at columns 1 and 4, rows 1 and 3.
        Assert.Equal([1L, 4, 3, -100], target);
    }

    [Fact]
    public void Refuses_masks_that_are_not_classes()
    {
        Image("1", 2, 2);
        var mask = folder.Write("masks/1.png", Png(2, 2, 8, 2, [0, 1, 2, 3, 1, 2, 3, 0, 1, 2, 3, 1, 2, 3], [], []));
        AssertRefused($"{mask}: a mask with colours; one number a pixel was expected: save the palette image, or the classes as grey.");
        folder.Write("masks/1.png", Png(2, 2, 8, 4, [0, 1, 2, 3, 4, 0, 1, 2, 3, 4], [], []));
        AssertRefused($"{mask}: a mask with opacity; one number a pixel was expected: save the palette image, or the classes as grey.");
        folder.Write("masks/1.png", JpegEncoder.Encode([0, 1, 2, 3], 2, 2, 1));
        AssertRefused($"{mask}: not a mask: it is a JPEG image; a PNG image whose samples are classes was expected: save the palette image.");
        folder.Write("masks/1.png", Png(1, 2, 8, 0, [0, 1, 0, 1], [], []));
        AssertRefused($"{mask}: the mask is 1 x 2, but its image, upright, is 2 x 2; the same size was expected.");
        folder.Write("masks/1.png", Png(2, 2, 8, 0, [0, 0, 1, 0, 1, 2], [], []));
        AssertRefused($"{mask}: a pixel has the value 2; 2 classes are named, so 0..1, or 255 for pixels that are ignored, were expected.", ["a", "b"]);
        folder.Write("masks/1.png", Png(2, 2, 8, 0, [0, 0, 128, 0, 128, 255], [], []));
        AssertRefused($"{Masks}: the masks have the values 0, 128; classes are 0, 1, ... without a gap, or named.");
        folder.Write("masks/1.png", Png(2, 2, 8, 0, [0, 0, 1, 0, 1, 255], [], []));
        Assert.Equal(["0", "1"], MaskFolder.Load(Images, Masks, loading).ClassNames);
        var alone = folder.Write("masks/2.png", Png(2, 2, 8, 0, [0, 0, 1, 0, 1, 255], [], []));
        AssertRefused($"{alone}: there is no image 2 in {Images}, or two masks are for it.");
    }

    [Fact]
    public void An_image_that_is_turned_needs_a_mask_that_is()
    {
        folder.Write("images/1.jpg", JpegEncoder.Encode(new byte[6], 3, 2, 1, orientation: 6));
        var mask = folder.Write("masks/1.png", Png(3, 2, 8, 0, [0, 0, 1, 0, 0, 1, 0, 1], [], []));
        AssertRefused($"{mask}: the mask is 3 x 2, but its image, upright, is 2 x 3; the same size was expected.");
    }

    [Fact]
    public void Pairs_are_split_by_their_images_and_bad_ones_left_out_on_request()
    {
        for (var i = 0; i < 10; i++)
        {
            folder.Write($"images/{i}.pgm", System.Text.Encoding.ASCII.GetBytes($"P2 2 2 255 {i} 0 0 0"));
            if (i != 9) folder.Write($"masks/{i}.png", Png(2, 2, 8, 0, [0, 0, (byte)(i % 2), 0, (byte)(i % 2), 1], [], []));
        }
        folder.Write("masks/8.png", "GIF89a"u8);
        var unreadable = new List<UnreadableFile>();
        var split = MaskFolder.LoadSplit(Images, Masks, loading with { ValidationShare = 0.2, Unreadable = unreadable.Add }, new Seed(0));
        Assert.Equal(8, split.Train.Count + split.Test.Count + split.Validation!.Count);
        Assert.Equal("8.pgm", Assert.Single(unreadable).Path);
        Assert.Equal(["skipped 1 image without a mask: 9.pgm", "left out 1 of 9 images, which cannot be read"], split.Notes);
        Assert.NotEqual(split.Train.Sources()[0].Hash, split.Train.Sources()[1].Hash);
        Assert.Equal([1, 2, 2], split.Normalized().Train.SampleShape.ToArray());
    }

    /// <summary>A picture that is its own mask stays so, but for what came in.</summary>
    [Fact]
    public void Masks_move_with_their_images()
    {
        var levels = Enumerable.Range(0, 8 * 36).Select(static i => (byte)(i * 7 % 5)).ToArray();
        var data = new SegmentationDataset(levels, [8, 1, 6, 6], levels.Select(static level => (ushort)level).ToArray(), ["0", "1", "2", "3", "4"]);
        var change = new Augmentation(new Seed(2)) { Flip = 0.5, Shift = 2, CutMix = 1 };
        var batch = new DataLoader(data, 8) { Augmentation = change }.Epoch(0).Single();
        Assert.Null(batch.Probabilities);
        var known = 0;
        for (var i = 0; i < batch.Targets.Length; i++)
            if (batch.Targets.Span[i] >= 0)
            {
                Assert.Equal(batch.Targets.Span[i], (long)MathF.Round(255 * batch.Inputs.Span[i]));
                known++;
            }
        Assert.InRange(known, 100, 8 * 36 - 1);
        Assert.Throws<ArgumentException>(() => new DataLoader(data, 8) { Augmentation = change with { Mixup = 1 } });
        var turned = new DataLoader(data, 8) { Augmentation = new Augmentation(new Seed(2)) { Rotation = 45 } }.Epoch(0).Single();
        Assert.All(turned.Targets.ToArray(), static target => Assert.True(target is -100 or (>= 0 and <= 4)));
        Assert.Contains(-100, turned.Targets.ToArray());
    }

    private void Image(string name, int width, int height) =>
        folder.Write($"images/{name}.pgm", [.. System.Text.Encoding.ASCII.GetBytes($"P5 {width} {height} 255\n"), .. new byte[width * height]]);

    private void AssertRefused(string message, string[]? names = null) =>
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => MaskFolder.Load(Images, Masks, loading, names)).Message);

    private static byte[] Png(byte width, byte height, byte depth, byte colour, byte[] scanlines, byte[] palette, byte[] opacity)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal)) zlib.Write(scanlines);
        return
        [
            .. PngImage.Signature, .. PngImageTests.Chunk("IHDR", [0, 0, 0, width, 0, 0, 0, height, depth, colour, 0, 0, 0]),
            .. palette.Length > 0 ? PngImageTests.Chunk("PLTE", palette) : [], .. opacity.Length > 0 ? PngImageTests.Chunk("tRNS", opacity) : [],
            .. PngImageTests.Chunk("IDAT", packed.ToArray()), .. PngImageTests.Chunk("IEND", []),
        ];
    }
}
