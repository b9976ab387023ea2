using System.Security.Cryptography;
using Surprisal.Training;

namespace Surprisal.Tests.Training.Data;

/// <summary>What a data set says of where its samples come from: the same for the same data, another for anything that decides.</summary>
public sealed class DataSourceTests
{
    [Fact]
    public void ATensorsSourcesAreTheHashesOfItsNumbers()
    {
        var data = new TensorDataset(Tensor.Create<float>([[1, 2], [3, 4]]), Tensor.Create<long>([1, 0]), ["a", "b"]);
        Assert.Equal(
            [
                new DataSource("inputs", 16, Hash([0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40])),
                new DataSource("targets", 16, Hash([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
            ],
            data.Sources());
        Assert.Equal("", data.Preparation);
    }

    [Fact]
    public void ImagesAreKnownByTheirBytesAndTheirPreparation()
    {
        var data = new ImageDataset(new byte[] { 1, 2, 3, 4 }, [2, 1, 1, 2], [0, 1], ["a", "b"]) { Mean = 0.25, Deviation = 0.5 };
        Assert.Equal(new DataSource("images", 4, Hash([1, 2, 3, 4])), data.Sources()[0]);
        Assert.Equal("(byte / 255 - 0.25) / 0.5", data.Preparation);
    }

    [Fact]
    public void EverythingThatDecidesChangesTheFingerprint()
    {
        var images = new byte[] { 1, 2, 3, 4 };
        List<Dataset> all =
        [
            new ImageDataset(images, [2, 1, 1, 2], [0, 1], ["a", "b"]), new ImageDataset(images, [2, 1, 2, 1], [0, 1], ["a", "b"]),
            new ImageDataset(images, [2, 1, 1, 2], [1, 1], ["a", "b"]), new ImageDataset(images, [2, 1, 1, 2], [0, 1], ["a", "c"]),
            new ImageDataset(images, [2, 1, 1, 2], [0, 1], ["ab", "b"]), new ImageDataset(images, [2, 1, 1, 2], [0, 1], ["b", "a"]),
            new ImageDataset(images, [2, 1, 1, 2], [0, 1], ["a", "b"]) { Mean = 0.1 }, new ImageDataset(new byte[] { 1, 2, 3, 5 }, [2, 1, 1, 2], [0, 1], ["a", "b"]),
        ];
        all.Add(all[0].Split(0.5, seed: 0).Train);
        all.Add(all[0].Split(0.5, seed: 0).Test);
        Assert.Equal(all.Count, all.Select(DataFingerprint.Of).Distinct().Count());
        Assert.Equal(DataFingerprint.Of(all[0]), DataFingerprint.Of(new ImageDataset(images, [2, 1, 1, 2], [0, 1], ["a", "b"])));
        Assert.Equal(all[0].Preparation, all[^1].Preparation);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
