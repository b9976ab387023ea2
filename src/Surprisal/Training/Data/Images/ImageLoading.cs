namespace Surprisal.Training;

/// <summary>How a folder of images becomes a dataset: see <see cref="ImageFolder"/>.</summary>
/// <example><code>
/// var unreadable = new List&lt;UnreadableFile>();
/// var loading = new ImageLoading { Size = 64, ValidationShare = 0.1, Unreadable = unreadable.Add };
/// Console.WriteLine($"{loading.Size}, {loading.TestShare}, {loading.Grey}");      // 64, 0.2, False
/// </code></example>
public sealed record ImageLoading
{
    /// <summary>What <see cref="Memory"/> is unless somebody says more.</summary>
    public const long DefaultMemory = 2_000_000_000;

    /// <summary>What <see cref="TestShare"/> is unless somebody says another.</summary>
    internal const double UsualTestShare = 0.2;

    /// <summary>The height and width of the samples in pixels, 1 .. 4096.</summary>
    public required int Size { get; init; }

    /// <summary>True for samples of shape [1, size, size], colours turned into ITU-R BT.601 luma; false, the default, for [3, size, size],
    /// grey repeated.</summary>
    public bool Grey { get; init; }

    /// <summary>See <see cref="ImageDataset.Mean"/>; default 0. <see cref="DatasetSplit.Normalized()"/> finds one a channel.</summary>
    public double Mean { get; init; }

    /// <summary>See <see cref="ImageDataset.Deviation"/>; default 1.</summary>
    public double Deviation { get; init; } = 1;

    /// <summary>An image of more pixels is refused before it is decoded; default 100 million.</summary>
    public long MaxPixels { get; init; } = ImageRows.DefaultMaxPixels;

    /// <summary>
    /// How many bytes of samples are kept, one a number; default 2 GB. Above that, each image is decoded whenever it is read: the same
    /// numbers, but more work.
    /// </summary>
    public long Memory { get; init; } = DefaultMemory;

    /// <summary>
    /// Told of each file that cannot be read, in the order of their names, and it is left out. Default null: the first one of them is an
    /// exception. Either way all files are read once before anything is learned.
    /// </summary>
    public Action<UnreadableFile>? Unreadable { get; init; }

    /// <summary>Told of each image that became a sample, in the order of their names. Default null.</summary>
    public Action<LoadedImage>? Loaded { get; init; }

    /// <summary>The share of each class to test on, where the folder does not say; between 0 and 1, default 0.2.</summary>
    public double TestShare { get; init; } = UsualTestShare;

    /// <summary>The share of each class to validate with, where the folder does not say; default 0, none.</summary>
    public double ValidationShare { get; init; }
}
