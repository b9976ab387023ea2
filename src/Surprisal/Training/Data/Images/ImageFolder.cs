namespace Surprisal.Training;

/// <summary>Loads a folder with one sub-folder of images for each class.</summary>
public static class ImageFolder
{
    private const string Expected = "one with a sub-folder of images for each class was expected";

    private static readonly string[] trainNames = ["train", "training"], testNames = ["test", "testing"],
        validationNames = ["val", "valid", "validation"];

    /// <summary>All images, decoded and brought to one size; classes and images in the ordinal order of their names.</summary>
    /// <remarks>
    /// Reads JPEG and PNG (every kind; opacity is composed over white), both turned upright as their EXIF data says, BMP, and PGM, PPM,
    /// PNM,
    /// known by their first bytes; what else lies there is passed over, and so is whatever begins with a dot. An image is stretched to a
    /// square by bilinear interpolation which, when it shrinks, averages over all the pixels that it covers (as Pillow's BILINEAR). Samples
    /// are (byte / 255 - mean) / deviation. All processors decode.
    /// </remarks>
    /// <param name="folder">The folder of the class folders; their names are the class names.</param>
    /// <param name="size">The height and width of the samples in pixels, 1 .. 4096.</param>
    /// <param name="grey">True for samples of shape [1, size, size], colours turned into ITU-R BT.601 luma; false for [3, size, size], grey
    /// repeated.</param>
    /// <param name="mean">See <see cref="ImageDataset.Mean"/>; default 0.</param>
    /// <param name="deviation">See <see cref="ImageDataset.Deviation"/>; default 1.</param>
    /// <param name="maxPixels">An image of more pixels is refused before it is decoded; default 100 million.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not in 1 .. 4096, or maxPixels is less than 1.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are fewer than two class folders, one of them has no images, or an image is damaged or
    /// too large.</exception>
    public static Dataset Load(
        string folder,
        int size,
        bool grey,
        double mean = 0,
        double deviation = 1,
        long maxPixels = ImageRows.DefaultMaxPixels) => Load(folder,
            new ImageLoading { Size = size, Grey = grey, Mean = mean, Deviation = deviation, MaxPixels = maxPixels });

    /// <summary>All images, with every setting of how they are read.</summary>
    /// <param name="folder">The folder of the class folders; their names are the class names.</param>
    /// <param name="loading">How the images are read; its shares are not used.</param>
    /// <inheritdoc cref="Load(string, int, bool, double, double, long)" path="/exception"/>
    public static Dataset Load(string folder, ImageLoading loading)
    {
        ArgumentNullException.ThrowIfNull(loading);
        var preparation = new ImagePreparation(loading);
        RequiredFolder.Check(folder, Expected);
        var listing = ImageListing.Read(folder, minClasses: 2);
        return preparation.Decode(listing, listing.ClassNames);
    }

    /// <summary>The images in a part to train on and a part to test on.</summary>
    /// <remarks>
    /// The parts are the sub-folders <c>train</c> and <c>test</c> (or <c>val</c>) with class folders in them, where there are both; else
    /// those of <see cref="Dataset.Split(double, Seed)"/>. Where all of <c>train</c>, <c>val</c> and <c>test</c> are there, there is a part
    /// to validate with too. The notes name what was skipped, copies between the parts, and classes without a test image.
    /// </remarks>
    /// <param name="folder">The folder of the class folders, or of <c>train</c> and <c>test</c>.</param>
    /// <param name="size">See <see cref="Load(string, int, bool, double, double, long)"/>.</param>
    /// <param name="grey">See <see cref="Load(string, int, bool, double, double, long)"/>.</param>
    /// <param name="testShare">The share of each class to test on, where the folder does not say; between 0 and 1.</param>
    /// <param name="seed">Decides that split, with its next number.</param>
    /// <param name="mean">See <see cref="ImageDataset.Mean"/>; default 0.</param>
    /// <param name="deviation">See <see cref="ImageDataset.Deviation"/>; default 1.</param>
    /// <param name="maxPixels">See <see cref="Load(string, int, bool, double, double, long)"/>; default 100 million.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not in 1 .. 4096, the share not between 0 and 1, or maxPixels is less than
    /// 1.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="Load(string, ImageLoading)"/>; or the parts have other classes, or no class
    /// has two different
    /// images.</exception>
    public static DatasetSplit LoadSplit(string folder, int size, bool grey, double testShare, Seed seed,
        double mean = 0, double deviation = 1, long maxPixels = ImageRows.DefaultMaxPixels) => LoadSplit(folder,
            new ImageLoading { Size = size, Grey = grey, Mean = mean, Deviation = deviation, MaxPixels = maxPixels, TestShare = testShare },
            seed);

    /// <summary>The images in a part to train on, a part to test on, and on request one to validate with, with every setting of how they
    /// are read.</summary>
    /// <remarks>A share to validate with is taken of the part to train on where the folder has parts, but none for it.</remarks>
    /// <param name="folder">The folder of the class folders, or of <c>train</c>, <c>val</c> and <c>test</c>.</param>
    /// <param name="loading">How the images are read and split.</param>
    /// <param name="seed">Decides the split, with its next number.</param>
    /// <inheritdoc cref="LoadSplit(string, int, bool, double, Seed, double, double, long)" path="/exception"/>
    public static DatasetSplit LoadSplit(string folder, ImageLoading loading, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(loading);
        ContentSplit.CheckShares(loading.TestShare, loading.ValidationShare);
        var key = Seed.Draw(seed);
        var preparation = new ImagePreparation(loading);
        RequiredFolder.Check(folder, Expected);
        var folders = ImageListing.Visible(Directory.GetDirectories(folder));
        var (train, test, validation) = (FindPart(folders, trainNames), FindPart(folders, testNames), FindPart(folders, validationNames));
        if (train is not null && (test ?? validation) is { } tested)
        {
            var given = (train, tested, test is null ? null : validation);
            var parts = ImageParts.Load(preparation, folders, given, loading.ValidationShare, key);
            if (loading.TestShare != ImageLoading.UsualTestShare)
                parts = parts with { Notes = ["no share to test on is taken, for the folder has a part for it", .. parts.Notes] };
            if (test is not null) return parts;
            var note = $"there is no folder to test on beside {Path.GetFileName(train)}, so {Path.GetFileName(tested)} is that";
            return parts with { Notes = [note, .. parts.Notes] };
        }
        var isTrainAlone = train is not null && folders.Length == 1;
        var listing = ImageListing.Read(isTrainAlone ? train! : folder, minClasses: 2);
        var all = preparation.Decode(listing, listing.ClassNames);
        var split = ContentSplit.Split(all, loading.TestShare, loading.ValidationShare, key);
        if (split.Test.Count == 0)
            throw new InvalidDataException($"{folder}: no class has two different images; one to train on and one to test on are needed.");
        string[] partOfTrain = isTrainAlone
            ? [$"there is no folder to test on beside {Path.GetFileName(train)}, so a part of its images is taken"]
            : [];
        return split with { Notes = [.. listing.Notes, .. partOfTrain, .. split.Notes] };
    }

    /// <summary>One image as a sample: [1, size, size] or [3, size, size], of (byte / 255 - mean) / deviation, prepared as
    /// <see cref="Load(string, ImageLoading)"/> prepares those of a folder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="loading">How it is read.</param>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="InvalidDataException">No image that is read, damaged, or too large; the message names the file.</exception>
    public static Tensor<float> LoadImage(string path, ImageLoading loading) => LoadImage(path, loading, out _);

    /// <summary>The same, and the size that the image has in its file, upright.</summary>
    /// <param name="path">The file.</param>
    /// <param name="loading">How it is read.</param>
    /// <param name="size">Receives width and height in pixels.</param>
    /// <inheritdoc cref="LoadImage(string, ImageLoading)" path="/exception"/>
    public static Tensor<float> LoadImage(string path, ImageLoading loading, out (int Width, int Height) size)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(loading);
        var preparation = new ImagePreparation(loading);
        var pixels = new byte[preparation.Length];
        size = preparation.ReadPlanes(path, pixels);
        var image = preparation.Of(pixels, [0], ["image"]);
        var sample = Tensor.Zeros<float>(image.SampleShape);
        image.Read(0, sample.Span);
        return sample;
    }

    /// <summary>The images in a folder and in the folders within it, in the ordinal order of their paths: those that
    /// <see cref="Load(string, ImageLoading)"/> would read, by their first bytes or their names, without what is hidden.</summary>
    /// <param name="folder">The folder; class folders mean nothing here.</param>
    /// <param name="notes">Receives a sentence for each kind of file that was passed over.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There is no image in it.</exception>
    public static IReadOnlyList<string> Files(string folder, out IReadOnlyList<string> notes)
    {
        RequiredFolder.Check(folder, "one of images was expected");
        var listing = ImageListing.ReadAll(folder);
        notes = [.. listing.Notes];
        return [.. listing.Files.Select(static file => file.Path)];
    }

    /// <summary>The folder of that name if it holds class folders, for a class may be called train too.</summary>
    private static string? FindPart(string[] folders, string[] names) =>
        Array.Find(folders, path =>
            names.Contains(Path.GetFileName(path).ToLowerInvariant()) && ImageListing.Visible(Directory.GetDirectories(path)).Length > 0
            && ImageListing.Visible(Directory.GetFiles(path)).All(static file => ImageFile.KindOfOther(file) is not null));
}
