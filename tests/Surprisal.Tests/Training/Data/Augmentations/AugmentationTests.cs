using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>What each change does to a picture, and that it depends on seed, epoch and sample alone.</summary>
public sealed class AugmentationTests
{
    private static readonly ImageDataset data = Pictures(40, 3, 7, 9);

    /// <summary>With one thread or all, in batches of any size, from the first batch on or from a later one.</summary>
    [Fact]
    public void A_sample_is_changed_the_same_way_in_any_batch()
    {
        var change = All(new Seed(5));
        var reference = Rows(new DataLoader(data, 1, new Seed(2)) { Augmentation = change }, epoch: 3);
        foreach (var size in new[] { 3, 16, 17, 40, 64 })
        {
            var loader = new DataLoader(data, size, new Seed(2)) { Augmentation = change };
            Assert.Equal(reference, Rows(loader, epoch: 3));
            Assert.Equal(loader.Epoch(3).Skip(1).SelectMany(static batch => batch.Inputs.ToArray()),
                loader.Epoch(3, first: 1).SelectMany(static batch => batch.Inputs.ToArray()));
        }
        Assert.NotEqual(reference, Rows(new DataLoader(data, 1, new Seed(2)) { Augmentation = change }, epoch: 4));
        Assert.NotEqual(reference, Rows(new DataLoader(data, 1, new Seed(2)) { Augmentation = All(new Seed(6)) }, epoch: 3));
    }

    [Fact]
    public void Nothing_is_changed_where_nothing_is_set()
    {
        var normalized = Normalization.Of(data).Apply(data);
        var loader = new DataLoader(normalized, 7) { Augmentation = new Augmentation(new Seed(0)) };
        Assert.Equal(Rows(new DataLoader(normalized, 7), 0), Rows(loader, 0));
        Assert.Equal("augmented by nothing with seed 0, draw 1", $"{loader.Augmentation}");
    }

    [Fact]
    public void Half_of_the_pictures_are_flipped_and_another_half_the_next_time()
    {
        var loader = new DataLoader(data, 40) { Augmentation = new Augmentation(new Seed(1)) { Flip = 0.5 } };
        var flipped = new int[2];
        for (var epoch = 0; epoch < 2; epoch++)
            for (var i = 0; i < 40; i++)
            {
                var (before, after) = (Picture(data, i), Sample(loader.Epoch(epoch).Single(), i));
                if (before.SequenceEqual(after)) continue;
                Assert.Equal(Mirrored(before, 9), after);
                flipped[epoch]++;
            }
        Assert.All(flipped, static count => Assert.InRange(count, 8, 32));
        var all = new DataLoader(data, 40) { Augmentation = new Augmentation(new Seed(1)) { Flip = 1 } }.Epoch(0).Single();
        for (var i = 0; i < 40; i++) Assert.Equal(Mirrored(Picture(data, i), 9), Sample(all, i));
    }

    /// <summary>Every offset occurs, and what comes in has the mean colour: of the training part where it is known, which is then 0.</summary>
    [Fact]
    public void Pictures_move_by_whole_pixels()
    {
        var change = new Augmentation(new Seed(1)) { Shift = 1 };
        var normalized = Normalization.Of(data).Apply(data);
        var offsets = new HashSet<(int, int)>();
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var batch = new DataLoader(data, 40) { Augmentation = change }.Epoch(epoch).Single();
            var centred = new DataLoader(normalized, 40) { Augmentation = change }.Epoch(epoch).Single();
            for (var i = 0; i < 40; i++)
            {
                var (before, after, whole) = (Picture(data, i), Sample(batch, i), Picture(normalized, i));
                var (right, down) = (from x in Enumerable.Range(-1, 3) from y in Enumerable.Range(-1, 3)
                    where Moved(before, 7, 9, x, y, before).SequenceEqual(after, new Nearly()) select (x, y)).Single();
                offsets.Add((right, down));
                Assert.Equal(Moved(whole, 7, 9, right, down, new float[3 * 63]), Sample(centred, i), new Nearly());
            }
        }
        Assert.Equal(9, offsets.Count);
    }

    /// <summary>Quarter and half turns are exact moves; a turn and back loses only what interpolation smooths.</summary>
    [Fact]
    public void Turns_go_counter_clockwise_about_the_centre()
    {
        float[] square = [.. Enumerable.Range(0, 25).Select(static i => (float)i)];
        float[] quarter = [.. square], half = [.. square];
        PlaneMotion.Rotate(quarter, 5, 0.5, -1);
        PlaneMotion.Rotate(half, 5, 1, -1);
        for (var y = 0; y < 5; y++)
            for (var x = 0; x < 5; x++)
            {
                Assert.Equal(square[x * 5 + (4 - y)], quarter[y * 5 + x], 1e-4f); // the right column becomes the top row
                Assert.Equal(square[(4 - y) * 5 + (4 - x)], half[y * 5 + x], 1e-4f);
            }
        long[] classes = [.. Enumerable.Range(0, 25).Select(static i => (long)i)];
        PlaneMotion.RotateNearest(classes, 5, 0.5, -100);
        Assert.Equal([4, 9, 14, 19, 24], classes[..5]);

        // A plane that rises evenly is what it is between pixels too: a reference in double.
        var (plane, radians) = (new float[15 * 15], 20 * Math.PI / 180);
        for (var i = 0; i < plane.Length; i++) plane[i] = 2 * (i % 15) + 3 * (i / 15);
        PlaneMotion.Rotate(plane, 15, 20 / 180.0, 0);
        for (var y = 5; y < 10; y++)
            for (var x = 5; x < 10; x++)
            {
                var (column, row) = (
                    7 + Math.Cos(radians) * (x - 7) - Math.Sin(radians) * (y - 7), 7 + Math.Sin(radians) * (x - 7) + Math.Cos(radians) * (y - 7));
                Assert.Equal(2 * column + 3 * row, plane[y * 15 + x], 1e-4);
            }
        Assert.Equal(0, plane[0]);
    }

    [Fact]
    public void Colours_change_by_the_formulas_in_the_order_drawn()
    {
        float[] image = [0.2f, 0.9f, 0.5f, 0.1f, 0.7f, 0.5f];
        var (grey0, grey1) = (0.299 * 0.2 + 0.587 * 0.5 + 0.114 * 0.7, 0.299 * 0.9 + 0.587 * 0.1 + 0.114 * 0.5);
        Assert.Equal([0.3f, 1, 0.75f, 0.15f, 1, 0.75f], Changed(new ColourChange(1.5, 1, 1, 0, [0, 1, 2, 3])), new Nearly());
        var mean = (grey0 + grey1) / 2;
        Assert.Equal(image.Select(number => (float)Math.Clamp(0.5 * number + 0.5 * mean, 0, 1)), Changed(new ColourChange(1, 0.5, 1, 0, [0, 1, 2, 3])),
            new Nearly());
        Assert.Equal(image.Select((number, i) => (float)(0.5 * number + 0.5 * (i % 2 == 0 ? grey0 : grey1))),
            Changed(new ColourChange(1, 1, 0.5, 0, [3, 2, 1, 0])), new Nearly());
        // A third of a turn: red to green, green to blue, blue to red.
        Assert.Equal([image[4], image[5], image[0], image[1], image[2], image[3]], Changed(new ColourChange(1, 1, 1, 1 / 3.0, [0, 1, 2, 3])), new Nearly());
        Assert.Equal(image, Changed(new ColourChange(1, 1, 1, 0, [0, 1, 2, 3])));
        // Half as bright and then out of range is not the same as the other way round.
        Assert.NotEqual(Changed(new ColourChange(1.9, 0.5, 1, 0, [0, 1, 2, 3])), Changed(new ColourChange(1.9, 0.5, 1, 0, [1, 0, 2, 3])));

        float[] Changed(ColourChange change)
        {
            float[] changed = [.. image];
            change.Apply(changed, 3);
            return changed;
        }
    }

    [Fact]
    public void Refuses_what_it_cannot_change()
    {
        var rows = new TensorDataset(Tensor.Create<float>([[0, 0]]), Tensor.Create<long>([0]), ["a"]);
        Assert.Equal("Augmentation changes images, but the samples have shape [2]; [channels, height, width] is needed.",
            Assert.Throws<ArgumentException>(() => new DataLoader(rows, 1) { Augmentation = new Augmentation(new Seed(0)) { Flip = 1 } }).Message);
        Assert.Equal("Flip is 1.5; 0 to 1 was expected. (Parameter 'Flip')",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Augmentation(new Seed(0)) { Flip = 1.5 }).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Augmentation(new Seed(0)) { Mixup = double.NaN });
        Assert.Throws<InvalidOperationException>(() => new DataLoader(data, 1)
        {
            Augmentation = new Augmentation(new Seed(0)), Collate = static (whole, samples) => Batch.Collate(whole, samples),
        }.Epoch(0));
    }

    [Fact]
    public void A_checkpoint_compares_it()
    {
        var loader = new DataLoader(data, 4) { Augmentation = new Augmentation(new Seed(7)) { Flip = 0.5, Rotation = 2.5 } };
        Assert.Equal("as they are, 40 samples an epoch, augmented by flip 0.5, rotation 2.5 with seed 7, draw 1", loader.Order);
    }

    private static Augmentation All(Seed seed) => new(seed)
    {
        Flip = 0.5, Shift = 2, Rotation = 30, Brightness = 0.4, Contrast = 0.4, Saturation = 0.4, Hue = 0.1, Mixup = 0.4, CutMix = 1,
    };

    internal static ImageDataset Pictures(int count, int channels, int height, int width) =>
        new(new SeededBytes(11).Bytes(count * channels * height * width), [count, channels, height, width],
            [.. Enumerable.Range(0, count).Select(static i => i % 4L)], ["a", "b", "c", "d"]);

    private static float[] Picture(Dataset data, int i) => ImageDatasetTests.Read(data, i);

    private static float[] Sample(Batch batch, int i)
    {
        var size = batch.Inputs.Length / batch.Targets.Shape[0];
        return batch.Inputs.Span.Slice(i * size, size).ToArray();
    }

    private static float[] Rows(DataLoader loader, int epoch)
    {
        var batches = loader.Epoch(epoch).ToList();
        return [.. batches.SelectMany(static batch => batch.Inputs.ToArray()),
            .. batches.SelectMany(static batch => batch.Probabilities?.ToArray() ?? [])];
    }

    private static float[] Mirrored(float[] picture, int width) => [.. picture.Chunk(width).SelectMany(static row => row.Reverse())];

    /// <summary>Moved; what comes in is the mean of that plane of another picture.</summary>
    private static float[] Moved(float[] picture, int height, int width, int right, int down, float[] fill)
    {
        var moved = new float[picture.Length];
        for (var i = 0; i < moved.Length; i++)
        {
            var (c, x, y) = (i / (height * width), i % width - right, i / width % height - down);
            moved[i] = x >= 0 && x < width && y >= 0 && y < height ? picture[(c * height + y) * width + x]
                : (float)fill.Skip(c * height * width).Take(height * width).Average(static number => (double)number);
        }
        return moved;
    }

    private sealed class Nearly : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => Math.Abs(x - y) < 1e-5;

        public int GetHashCode(float obj) => 0;
    }
}
