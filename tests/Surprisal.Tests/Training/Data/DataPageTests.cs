using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>The code of docs/data.md, on photos made for it.</summary>
public sealed class DataPageTests : IDisposable
{
    private readonly DataFolder files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void The_code_of_the_page_runs()
    {
        for (var i = 0; i < 20; i++)
        {
            var pixels = JpegImageTests.Picture(20 + i, 16, 3);
            files.Write($"{(i % 2 == 0 ? "cat" : "dog")}/{i}.jpg", JpegEncoder.Encode(pixels, 20 + i, 16, 3, orientation: 1 + i % 8));
        }
        var folder = files.Path;
        // snippet: data
        var loading = new ImageLoading { Size = 32, TestShare = 0.2, ValidationShare = 0.1 };
        var (train, validation, test) = ImageFolder.LoadSplit(folder, loading, new Seed(0)).Normalized();
        var loader = new DataLoader(train, batchSize: 32, shuffle: new Seed(1))
        {
            Augmentation = new Augmentation(new Seed(2)) { Flip = 0.5, Shift = 4, Brightness = 0.2, Mixup = 0.2 },
        };
        var weights = ClassWeights.Balanced(train.CountTargets());
        foreach (var batch in loader) Console.WriteLine($"{batch}, {batch.Probabilities!.Shape}");
        // end
        Assert.Equal((14, 2, 4), (train.Count, validation!.Count, test.Count));
        Assert.Equal([1.0, 1.0], weights);
        Assert.Equal([14, 2], loader.Epoch(0).Single().Probabilities!.Shape.ToArray());
    }
}
