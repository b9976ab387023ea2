using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class ImageDatasetTests
{
    private static readonly string[] Names = ["cat", "dog"];

    [Fact]
    public void Reads_bytes_as_shares_of_255()
    {
        byte[] images = [0, 51, 102, 255, 1, 2, 3, 4];
        var data = new ImageDataset(images, [2, 2, 1, 2], [1, 0], Names);
        Assert.Equal(2, data.Count);
        Assert.Equal([2, 1, 2], data.SampleShape.ToArray());
        Assert.Equal(Names, data.ClassNames);
        Assert.Equal([1L, 0L], [data.Target(0), data.Target(1)]);
        Assert.Equal([0f, 0.2f, 0.4f, 1f], Read(data, 0));
        Assert.Equal([1 / 255f, 2 / 255f, 3 / 255f, 4 / 255f], Read(data, 1));
    }

    [Fact]
    public void Subtracts_the_mean_and_divides_by_the_deviation()
    {
        var every = new byte[256];
        for (var i = 0; i < 256; i++) every[i] = (byte)i;
        var data = new ImageDataset(every, [1, 1, 16, 16], [0], Names) { Deviation = 0.3081, Mean = 0.1307 };
        Assert.Equal(0.1307, data.Mean);
        Assert.Equal(0.3081, data.Deviation);
        // torchvision's Normalize((0.1307,), (0.3081,)) maps black and white of MNIST to these.
        Assert.Equal(-0.42421296f, Read(data, 0)[0], 1e-6f);
        Assert.Equal(2.8214867f, Read(data, 0)[255], 1e-6f);
        for (var i = 0; i < 256; i++) Assert.Equal((float)((i / 255.0 - 0.1307) / 0.3081), Read(data, 0)[i]);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        AssertRefused(() => new ImageDataset(new byte[4], [1, 2, 2], [0], Names),
            "shape is [1, 2, 2]; images need four sizes [N, C, H, W], each at least 1. (Parameter 'shape')");
        AssertRefused(() => new ImageDataset(new byte[4], [0, 1, 2, 2], [], Names),
            "shape is [0, 1, 2, 2]; images need four sizes [N, C, H, W], each at least 1. (Parameter 'shape')");
        AssertRefused(() => new ImageDataset(new byte[5], [1, 1, 2, 2], [0], Names),
            "images holds 5 bytes, but shape [1, 1, 2, 2] needs 4. (Parameter 'images')");
        AssertRefused(() => new ImageDataset(new byte[4], [1, 1, 2, 2], [0, 1], Names),
            "targets holds 2 numbers, but there are 1 images; each image needs one target. (Parameter 'targets')");
        AssertRefused(() => new ImageDataset(new byte[4], [1, 1, 2, 2], [0], []),
            "classNames is empty; a dataset needs at least one class. (Parameter 'classNames')");
        AssertRefused(() => new ImageDataset(new byte[4], [1, 1, 2, 2], [0], ["cat", " "]),
            "classNames[1] is blank; every class needs a name. (Parameter 'classNames')");
        AssertRefused(() => new ImageDataset(new byte[4], [1, 1, 2, 2], [2], Names),
            "targets[0] = 2 is out of bounds: there are 2 class names, so classes are 0..1. (Parameter 'targets')");
        AssertRefused(() => new ImageDataset(new byte[4], [1, 1, 2, 2], [-1], Names),
            "targets[0] = -1 is out of bounds: there are 2 class names, so classes are 0..1. (Parameter 'targets')");
        AssertRefused(() => new ImageDataset(new byte[4], [1, 1, 2, 2], [0], Names) { Mean = double.NaN },
            "Mean is NaN; it must be finite. (Parameter 'Mean')");
        AssertRefused(() => new ImageDataset(new byte[4], [1, 1, 2, 2], [0], Names) { Deviation = 0 },
            "Deviation is 0; it must be finite and greater than 0. (Parameter 'Deviation')");
        var data = new ImageDataset(new byte[4], [1, 1, 2, 2], [0], Names);
        AssertRefused(() => data.Target(1), "index is 1; the dataset has 1 samples, 0..0. (Parameter 'index')");
        AssertRefused(() => data.Read(-1, new float[4]), "index is -1; the dataset has 1 samples, 0..0. (Parameter 'index')");
        AssertRefused(() => data.Read(0, new float[3]), "sample holds 3 numbers, but an image of shape [1, 2, 2] has 4. (Parameter 'sample')");
    }

    internal static float[] Read(Dataset data, int index)
    {
        var sample = new float[data.SampleShape.ToArray().Aggregate(1, (a, b) => a * b)];
        data.Read(index, sample);
        return sample;
    }

    private static void AssertRefused(Action act, string message) => Assert.Equal(message, Assert.ThrowsAny<ArgumentException>(act).Message);

    private static void AssertRefused(Func<object?> act, string message) => Assert.Equal(message, Assert.ThrowsAny<ArgumentException>(act).Message);
}
