namespace Surprisal.Training;

/// <summary>Loads a folder of images and a folder of their masks, which have the same names but for the ending.</summary>
public static class MaskFolder
{
    /// <summary>All images that have a mask, in the ordinal order of their names.</summary>
    /// <remarks>
    /// A mask is a PNG image of one sample a pixel, the index of a palette or a grey of 1 to 16 bits; the sample as it stands in the file
    /// is
    /// the class. Masks with colours or opacity, and those that lost something on the way (JPEG), are refused. Images are read as
    /// <see cref="ImageFolder"/> reads them; masks are resized to the nearest sample. Images without a mask are passed over.
    /// </remarks>
    /// <param name="images">The folder of the images.</param>
    /// <param name="masks">The folder of the masks; each needs an image of the same size.</param>
    /// <param name="loading">How the images are read; its shares are not used.</param>
    /// <param name="classNames">The names of the classes 0, 1, ...; default null: the values that occur, without a gap.</param>
    /// <param name="ignored">The value of pixels that count nowhere; default 255.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not in 1 .. 4096, or a limit is less than 1.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are no pairs, a mask has no image or another size than it, a value is no class, an
    /// image
    /// is damaged or too large, or all of them do not fit in memory.</exception>
    public static SegmentationDataset Load(
        string images, string masks, ImageLoading loading, IReadOnlyList<string>? classNames = null, int ignored = 255) =>
        MaskPairs.Load(images, masks, loading, classNames, ignored).Data;

    /// <summary>The same in a part to train on and a part to test on, and on request one to validate with.</summary>
    /// <param name="images">The folder of the images.</param>
    /// <param name="masks">The folder of the masks; each needs an image of the same size.</param>
    /// <param name="loading">How the images are read and split.</param>
    /// <param name="seed">Decides the split, with its next number.</param>
    /// <param name="classNames">The names of the classes 0, 1, ...; default null: the values that occur, without a gap.</param>
    /// <param name="ignored">The value of pixels that count nowhere; default 255.</param>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static DatasetSplit LoadSplit(
        string images, string masks, ImageLoading loading, Seed seed, IReadOnlyList<string>? classNames = null, int ignored = 255)
    {
        ArgumentNullException.ThrowIfNull(loading);
        ContentSplit.CheckShares(loading.TestShare, loading.ValidationShare);
        var key = Seed.Draw(seed);
        var (data, notes) = MaskPairs.Load(images, masks, loading, classNames, ignored);
        var split = ContentSplit.Split(data, loading.TestShare, loading.ValidationShare, key);
        return split.Test.Count > 0 ? split with { Notes = [.. notes, .. split.Notes] }
            : throw new InvalidDataException(
                $"{images}: no class has two different images; one to train on and one to test on are needed.");
    }
}
