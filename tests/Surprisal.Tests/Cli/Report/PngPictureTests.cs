using Surprisal.Cli.Report;
using Surprisal.Kernels;
using Surprisal.Training;

namespace Surprisal.Tests.Cli.Report;

public sealed class PngPictureTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    /// <summary>The library's own reader, which checks every checksum, gives the numbers back, to half a level of 255.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(3, 1)]
    [InlineData(3, 17)]
    public void PicturesHoldTheNumbers(int channels, int size)
    {
        var random = new RandomStream(3);
        float[] sample = [.. Enumerable.Range(0, channels * size * size).Select(_ => (float)random.Uniform())];
        File.WriteAllBytes(file, PngPicture.Encode(sample, [channels, size, size]));
        var read = ImageFolder.LoadImage(file, new ImageLoading { Size = size, Grey = channels == 1 }).ToArray();
        Assert.All(sample.Zip(read), static pair => Assert.Equal(pair.First, pair.Second, 0.5 / 255 + 1e-6));
    }

    [Fact]
    public void WhatIsNoLevelIsCut()
    {
        File.WriteAllBytes(file, PngPicture.Encode([-1, 2, float.NaN, float.PositiveInfinity], [1, 2, 2]));
        Assert.Equal([0, 1, 0, 1], ImageFolder.LoadImage(file, new ImageLoading { Size = 2, Grey = true }).ToArray());
        Assert.StartsWith("data:image/png;base64,iVBORw0KGgo", PngPicture.DataUri([0], [1, 1, 1]), StringComparison.Ordinal);
    }
}
