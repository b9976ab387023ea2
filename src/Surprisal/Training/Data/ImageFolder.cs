using System.Runtime.ExceptionServices;
using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>Loads a folder with one sub-folder of images for each class.</summary>
public static class ImageFolder
{
    private const string Wanted = "one with a sub-folder of images for each class was expected";

    private static readonly string[] trainNames = ["train", "training"], testNames = ["test", "testing"], validationNames = ["val", "valid", "validation"];

    /// <summary>All images, decoded and brought to one size; classes and images in the ordinal order of their names.</summary>
    /// <remarks>
    /// Reads PNG (every kind; opacity is composed over white) and PGM, PPM, PNM, known by their first bytes; what else lies there is passed over, and so is
    /// whatever begins with a dot. An image is stretched to a square by bilinear interpolation which, when it shrinks, averages over all the pixels
    /// that it covers (as Pillow's BILINEAR), row by row while it is decoded. Samples are (byte / 255 - mean) / deviation.
    /// </remarks>
    /// <param name="folder">The folder of the class folders; their names are the class names.</param>
    /// <param name="size">The height and width of the samples in pixels, 1 .. 4096.</param>
    /// <param name="grey">True for samples of shape [1, size, size], colours turned into ITU-R BT.601 luma; false for [3, size, size], grey repeated.</param>
    /// <param name="mean">See <see cref="ImageDataset.Mean"/>; default 0.</param>
    /// <param name="deviation">See <see cref="ImageDataset.Deviation"/>; default 1.</param>
    /// <param name="maxPixels">An image of more pixels is refused before it is decoded; default 100 million.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not in 1 .. 4096, or maxPixels is less than 1.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are fewer than two class folders, one of them has no images, or an image is damaged or too large.</exception>
    public static Dataset Load(string folder, int size, bool grey, double mean = 0, double deviation = 1, long maxPixels = ImageRows.DefaultMaxPixels)
    {
        var preparation = new Preparation(size, grey, mean, deviation, maxPixels);
        Require(folder);
        var listing = ImageListing.Of(folder, leastClasses: 2);
        return Decode(listing, listing.ClassNames, preparation);
    }

    /// <summary>The images in a part to train on and a part to test on.</summary>
    /// <remarks>
    /// The parts are the sub-folders <c>train</c> and <c>test</c> (or <c>val</c>) with class folders in them, where there are both; else those of <see cref="Dataset.Split"/>.
    /// The notes name what was skipped, copies between the parts, and classes without a test image.
    /// </remarks>
    /// <param name="folder">The folder of the class folders, or of <c>train</c> and <c>test</c>.</param>
    /// <param name="size">See <see cref="Load"/>.</param>
    /// <param name="grey">See <see cref="Load"/>.</param>
    /// <param name="testShare">The share of each class to test on, where the folder does not say; between 0 and 1.</param>
    /// <param name="seed">Decides that split.</param>
    /// <param name="mean">See <see cref="ImageDataset.Mean"/>; default 0.</param>
    /// <param name="deviation">See <see cref="ImageDataset.Deviation"/>; default 1.</param>
    /// <param name="maxPixels">See <see cref="Load"/>; default 100 million.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not in 1 .. 4096, the share not between 0 and 1, or maxPixels is less than 1.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="Load"/>; or the parts have other classes, or no class has two different images.</exception>
    public static DatasetSplit LoadSplit(string folder, int size, bool grey, double testShare, long seed,
        double mean = 0, double deviation = 1, long maxPixels = ImageRows.DefaultMaxPixels)
    {
        if (!(testShare > 0 && testShare < 1))
            throw new ArgumentOutOfRangeException(nameof(testShare), $"testShare is {testShare}; it must be greater than 0 and less than 1.");
        var preparation = new Preparation(size, grey, mean, deviation, maxPixels);
        Require(folder);
        var folders = ImageListing.Visible(Directory.GetDirectories(folder));
        var train = Part(folders, trainNames);
        var test = Part(folders, testNames) ?? Part(folders, validationNames);
        if (train is not null && test is not null)
        {
            var others = folders.Where(path => path != train && path != test).Select(static path => Path.GetFileName(path));
            return Given(train, test, preparation, others.Select(static name => $"skipped the folder {name}, which is no part to train or to test on"));
        }
        var alone = train is not null && folders.Length == 1;
        var listing = ImageListing.Of(alone ? train! : folder, leastClasses: 2);
        var split = ContentSplit.Of(Decode(listing, listing.ClassNames, preparation), testShare, seed);
        if (split.Test.Count == 0) throw new InvalidDataException($"{folder}: no class has two different images; one to train on and one to test on are needed.");
        string[] partOfTrain = alone ? [$"there is no folder to test on beside {Path.GetFileName(train)}, so a part of its images is taken"] : [];
        return split with { Notes = [.. listing.Notes, .. partOfTrain, .. split.Notes] };
    }

    private static DatasetSplit Given(string train, string test, Preparation preparation, IEnumerable<string> notes)
    {
        var (learned, tested) = (ImageListing.Of(train, leastClasses: 2), ImageListing.Of(test, leastClasses: 1));
        var names = learned.ClassNames;
        if (tested.ClassNames.Except(names, StringComparer.Ordinal).FirstOrDefault() is { } foreign)
            throw new InvalidDataException($"{Path.Combine(test, foreign)}: there is no such class in {train}, which has {ContentSplit.Listed([.. names])}.");
        var parts = new DatasetSplit(Decode(learned, names, preparation), Decode(tested, names, preparation));
        var known = ContentSplit.Contents(parts.Train, seed: 0);
        var copies = ContentSplit.Contents(parts.Test, seed: 0).Where(content => known.ContainsKey(content.Key))
            .SelectMany(static content => content.Value).Order().Select(parts.Test.Name).ToList();
        string[] leaks = copies.Count == 0 ? []
            : [$"{copies.Count} of {parts.Test.Count} images to test on are also among those to train on: {ContentSplit.Listed(copies)}"];
        return parts with
        {
            Notes =
            [
                .. notes, .. learned.Notes.Select(note => $"{Path.GetFileName(train)}: {note}"), .. tested.Notes.Select(note => $"{Path.GetFileName(test)}: {note}"),
                .. leaks, .. names.Except(tested.ClassNames, StringComparer.Ordinal).Select(static name => $"'{name}' has no image to test on"),
            ],
        };
    }

    private static void Require(string folder)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder}: there is no such folder; {Wanted}.");
    }

    /// <summary>The folder of that name if it holds class folders, for a class may be called train too.</summary>
    private static string? Part(string[] folders, string[] names) =>
        Array.Find(folders, path => names.Contains(Path.GetFileName(path).ToLowerInvariant()) && ImageListing.Visible(Directory.GetDirectories(path)).Length > 0
            && ImageListing.Visible(Directory.GetFiles(path)).All(static file => ImageFile.Other(file) is not null));

    private static ImageDataset Decode(ImageListing listing, string[] classNames, Preparation preparation)
    {
        var (files, size, channels) = (listing.Files, preparation.Size, preparation.Grey ? 1 : 3);
        var length = channels * size * size;
        if ((long)files.Count * length > Array.MaxLength)
            throw new InvalidDataException($"{listing.Folder}: {files.Count} images of {channels} x {size} x {size} bytes are more than the {Array.MaxLength} bytes that a dataset holds; choose a smaller size.");

        var pixels = new byte[files.Count * length];
        var (failed, failures) = (files.Count, new Exception?[files.Count]);
        Partition.For(files.Count, 1_000_000, i =>
        {
            // The first damaged image in order is the one to name, whichever thread meets one first.
            if (i > Volatile.Read(ref failed)) return;
            try
            {
                Planes(files[i].Path, preparation, pixels.AsSpan(i * length, length));
            }
            catch (Exception error)
            {
                failures[i] = error;
                for (var seen = Volatile.Read(ref failed); i < seen; seen = Volatile.Read(ref failed))
                    Interlocked.CompareExchange(ref failed, i, seen);
            }
        });
        if (failed < files.Count) ExceptionDispatchInfo.Throw(failures[failed]!);
        var targets = files.Select(file => (long)Array.IndexOf(classNames, Path.GetFileName(listing.ClassFolders[file.Class]))).ToArray();
        return new ImageDataset(pixels, [files.Count, channels, size, size], targets, classNames)
        {
            Mean = preparation.Mean,
            Deviation = preparation.Deviation,
            SampleNames = [.. files.Select(file => Path.GetRelativePath(listing.Folder, file.Path))],
        };
    }

    /// <summary>Interleaved pixels to [channels, size, size].</summary>
    private static void Planes(string path, Preparation preparation, Span<byte> planes)
    {
        var (square, channels) = ImageFile.ReadSquare(path, preparation.Size, preparation.Grey, preparation.MaxPixels);
        var area = preparation.Size * preparation.Size;
        for (var i = 0; i < planes.Length; i++) planes[i] = square[channels == 1 ? i % area : 3 * (i % area) + i / area];
    }

    private sealed record Preparation
    {
        public Preparation(int size, bool grey, double mean, double deviation, long maxPixels)
        {
            if (size is < 1 or > 4096) throw new ArgumentOutOfRangeException(nameof(size), $"size is {size}; samples of 1 to 4096 pixels a side are made.");
            if (maxPixels < 1) throw new ArgumentOutOfRangeException(nameof(maxPixels), $"maxPixels is {maxPixels}; at least 1 is needed.");
            (Size, Grey, Mean, Deviation, MaxPixels) = (size, grey, mean, deviation, maxPixels);
        }

        public int Size { get; }

        public bool Grey { get; }

        public double Mean { get; }

        public double Deviation { get; }

        public long MaxPixels { get; }
    }
}
