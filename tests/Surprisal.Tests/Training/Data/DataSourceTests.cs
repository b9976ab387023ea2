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
                new DataSource { Name = "inputs", Length = 16, Hash = Hash([0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40]) },
                new DataSource { Name = "targets", Length = 16, Hash = Hash([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) },
            ],
            data.Sources());
        Assert.Equal("", data.Preparation);
    }

    [Fact]
    public void ImagesAreKnownByTheirBytesAndTheirPreparation()
    {
        var data = new ImageDataset(new byte[] { 1, 2, 3, 4 }, [2, 1, 1, 2], [0, 1], ["a", "b"]) { Mean = 0.25, Deviation = 0.5 };
        Assert.Equal(new DataSource { Name = "images", Length = 4, Hash = Hash([1, 2, 3, 4]) }, data.Sources()[0]);
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
            new ImageDataset(images, [2, 1, 1, 2], [0, 1], ["a", "b"]) { Mean = 0.1 },
            new ImageDataset(new byte[] { 1, 2, 3, 5 }, [2, 1, 1, 2], [0, 1], ["a", "b"]),
        ];
        var (train, test) = new ImageDataset(images, [4, 1, 1, 1], [0, 1, 0, 1], ["a", "b"]).Split(0.5, new Seed(0));
        all.AddRange([train, test]);
        Assert.Equal(all.Count, all.Select(DataFingerprint.Compute).Distinct().Count());
        Assert.Equal(DataFingerprint.Compute(all[0]), DataFingerprint.Compute(new ImageDataset(images, [2, 1, 1, 2], [0, 1], ["a", "b"])));
        Assert.Equal(all[0].Preparation, all[^1].Preparation);
    }

    [Fact]
    public void EveryImageOfAFolderIsNamedAndAPartHasItsOwn()
    {
        var data = new ImageDataset(new byte[] { 1, 2, 3, 4 }, [4, 1, 1, 1], [0, 0, 1, 1], ["a", "b"]) { SampleNames = ["a/1", "a/2", "b/1", "b/2"] };
        Assert.Equal(["a/1", "a/2", "b/1", "b/2", "targets"], data.Sources().Select(static source => source.Name));
        Assert.Equal(new DataSource { Name = "b/1", Length = 1, Hash = Hash([3]) }, data.Sources()[2]);
        var (train, test) = data.Split(0.5, new Seed(0));
        foreach (var part in (Dataset[])[train, test])
        {
            var names = part.Sources().Select(static source => source.Name).ToList();
            Assert.Equal([.. Enumerable.Range(0, part.Count).Select(part.Name), "targets"], names);
            foreach (var source in part.Sources().SkipLast(1)) Assert.Contains(source, data.Sources());
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
