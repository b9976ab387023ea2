namespace Surprisal.Training;

/// <summary>Loads a folder with one sub-folder of images for each class.</summary>
public static class ImageFolder
{
    private const string Expected = "one with a sub-folder of images for each class was expected";

    private static readonly string[] trainNames = ["train", "training"], testNames = ["test", "testing"],
        validationNames = ["val", "valid", "validation"];

    /// <summary>All images, decoded and brought to one size; classes and images in the ordinal order of their names.</summary>
    /// <remarks>
    /// Reads PNG (every kind; opacity is composed over white) and PGM, PPM, PNM, known by their first bytes; what else lies there is passed
    /// over, and so is whatever begins with a dot. An image is stretched to a square by bilinear interpolation which, when it shrinks,
    /// averages over all the pixels that it covers (as Pillow's BILINEAR), row by row while it is decoded. Samples are (byte / 255 - mean)
    /// / deviation.
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
        long maxPixels = ImageRows.DefaultMaxPixels)
    {
        var preparation = new ImagePreparation(size, grey, mean, deviation, maxPixels);
        Require(folder);
        var listing = ImageListing.Read(folder, minClasses: 2);
        return preparation.Decode(listing, listing.ClassNames);
    }

    /// <summary>The images in a part to train on and a part to test on.</summary>
    /// <remarks>
    /// The parts are the sub-folders <c>train</c> and <c>test</c> (or <c>val</c>) with class folders in them, where there are both; else
    /// those of <see cref="Dataset.Split"/>. The notes name what was skipped, copies between the parts, and classes without a test image.
    /// </remarks>
    /// <param name="folder">The folder of the class folders, or of <c>train</c> and <c>test</c>.</param>
    /// <param name="size">See <see cref="Load"/>.</param>
    /// <param name="grey">See <see cref="Load"/>.</param>
    /// <param name="testShare">The share of each class to test on, where the folder does not say; between 0 and 1.</param>
    /// <param name="seed">Decides that split, with its next number.</param>
    /// <param name="mean">See <see cref="ImageDataset.Mean"/>; default 0.</param>
    /// <param name="deviation">See <see cref="ImageDataset.Deviation"/>; default 1.</param>
    /// <param name="maxPixels">See <see cref="Load"/>; default 100 million.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not in 1 .. 4096, the share not between 0 and 1, or maxPixels is less than
    /// 1.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="Load"/>; or the parts have other classes, or no class has two different
    /// images.</exception>
    public static DatasetSplit LoadSplit(string folder, int size, bool grey, double testShare, Seed seed,
        double mean = 0, double deviation = 1, long maxPixels = ImageRows.DefaultMaxPixels)
    {
        if (!(testShare > 0 && testShare < 1))
            throw new ArgumentOutOfRangeException(nameof(testShare),
                $"testShare is {testShare}; it must be greater than 0 and less than 1.");
        var key = Seed.Draw(seed);
        var preparation = new ImagePreparation(size, grey, mean, deviation, maxPixels);
        Require(folder);
        var folders = ImageListing.Visible(Directory.GetDirectories(folder));
        var train = FindPart(folders, trainNames);
        var test = FindPart(folders, testNames) ?? FindPart(folders, validationNames);
        if (train is not null && test is not null)
        {
            var others = folders.Where(path => path != train && path != test).Select(static path => Path.GetFileName(path));
            return LoadParts(train, test, preparation,
                others.Select(static name => $"skipped the folder {name}, which is no part to train or to test on"));
        }
        var isTrainAlone = train is not null && folders.Length == 1;
        var listing = ImageListing.Read(isTrainAlone ? train! : folder, minClasses: 2);
        var split = ContentSplit.Split(preparation.Decode(listing, listing.ClassNames), testShare, key);
        if (split.Test.Count == 0)
            throw new InvalidDataException($"{folder}: no class has two different images; one to train on and one to test on are needed.");
        string[] partOfTrain = isTrainAlone
            ? [$"there is no folder to test on beside {Path.GetFileName(train)}, so a part of its images is taken"]
            : [];
        return split with { Notes = [.. listing.Notes, .. partOfTrain, .. split.Notes] };
    }

    private static DatasetSplit LoadParts(string train, string test, ImagePreparation preparation, IEnumerable<string> notes)
    {
        var (learned, tested) = (ImageListing.Read(train, minClasses: 2), ImageListing.Read(test, minClasses: 1));
        var names = learned.ClassNames;
        if (tested.ClassNames.Except(names, StringComparer.Ordinal).FirstOrDefault() is { } foreign)
            throw new InvalidDataException(
                $"{Path.Combine(test, foreign)}: there is no such class in {train}, which has {ContentSplit.Listed([.. names])}.");
        var parts = new DatasetSplit { Train = preparation.Decode(learned, names), Test = preparation.Decode(tested, names) };
        var known = ContentSplit.Contents(parts.Train, seed: 0);
        var copies = ContentSplit.Contents(parts.Test, seed: 0).Where(content => known.ContainsKey(content.Key))
            .SelectMany(static content => content.Value).Order().Select(parts.Test.Name).ToList();
        string[] leaks = copies.Count == 0 ? []
            : [$"{copies.Count} of {parts.Test.Count} images to test on are also among those to train on: {ContentSplit.Listed(copies)}"];
        return parts with
        {
            Notes =
            [
                .. notes, .. learned.Notes.Select(note => $"{Path.GetFileName(train)}: {note}"),
                .. tested.Notes.Select(note => $"{Path.GetFileName(test)}: {note}"), .. leaks,
                .. names.Except(tested.ClassNames, StringComparer.Ordinal).Select(static name => $"'{name}' has no image to test on"),
            ],
        };
    }

    private static void Require(string folder)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder}: there is no such folder; {Expected}.");
    }

    /// <summary>The folder of that name if it holds class folders, for a class may be called train too.</summary>
    private static string? FindPart(string[] folders, string[] names) =>
        Array.Find(folders, path =>
            names.Contains(Path.GetFileName(path).ToLowerInvariant()) && ImageListing.Visible(Directory.GetDirectories(path)).Length > 0
            && ImageListing.Visible(Directory.GetFiles(path)).All(static file => ImageFile.KindOfOther(file) is not null));
}
