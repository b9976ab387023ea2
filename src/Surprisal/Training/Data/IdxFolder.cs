namespace Surprisal.Training;

/// <summary>Loads a folder of four IDX files as MNIST, Fashion-MNIST and their relatives come.</summary>
public static class IdxFolder
{
    private static readonly string[] Endings = ["-idx#-ubyte", ".idx#-ubyte", ".idx#"];
    private static readonly string[] Compressions = ["", ".gz"];

    /// <summary>The images to train on and to test on, as bytes scaled to (byte / 255 - mean) / deviation.</summary>
    /// <remarks>
    /// Reads train-images, train-labels, t10k-images and t10k-labels, named like <c>train-images-idx3-ubyte</c> or
    /// <c>train-images.idx3-ubyte</c>, plain or as .gz (the plain one if both are there). Images of shape [N, H, W] have one channel, those
    /// of shape [N, C, H, W] have C. The classes are named by the lines of <c>classes.txt</c> if the folder has one; else they are "0",
    /// "1", ... up to the greatest label of both files, each of which must occur.
    /// </remarks>
    /// <param name="folder">The folder with the four files.</param>
    /// <param name="mean">See <see cref="ImageDataset.Mean"/>; default 0.</param>
    /// <param name="deviation">See <see cref="ImageDataset.Deviation"/>; default 1.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message lists what was expected.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is damaged, the files do not fit each other, there is only one class, or a label is no class; the message gives its place,
    /// counted from 0.
    /// </exception>
    public static DatasetSplit Load(string folder, double mean = 0, double deviation = 1)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{folder}: there is no such folder; one with the files {Expected("train-images", 3)}, " +
                $"{Expected("train-labels", 1)}, {Expected("t10k-images", 3)} and {Expected("t10k-labels", 1)} was expected.");
        (string Stem, int Rank)[] parts = [("train-images", 3), ("train-labels", 1), ("t10k-images", 3), ("t10k-labels", 1)];
        var paths = parts.Select(part => Find(folder, part.Stem, part.Rank)).ToArray();
        if (paths.Contains(null))
            throw new FileNotFoundException($"{folder}: the folder has no "
                + $"{string.Join(", no ", parts.Where((_, i) => paths[i] is null).Select(part => Expected(part.Stem, part.Rank)))}; "
                + "each is also found as .gz or with .idx in place of -idx.");

        // The small files first, so that a wrong folder is refused at once.
        var (trainLabels, testLabels) = (Labels(paths[1]!), Labels(paths[3]!));
        var names = ClassNames(folder, (trainLabels, paths[1]!), (testLabels, paths[3]!));
        var (train, test) = (Images(paths[0]!), Images(paths[2]!));
        if (train.Shape[1..] != test.Shape[1..])
            throw new InvalidDataException($"{paths[2]}: the images have shape {test.Shape[1..]}, " +
                $"but those of {Path.GetFileName(paths[0])} have {train.Shape[1..]}; both need the same.");
        return new DatasetSplit
        {
            Train = Part(train, paths[0]!, trainLabels, paths[1]!), Test = Part(test, paths[2]!, testLabels, paths[3]!),
        };

        ImageDataset Part(IdxFile images, string imagePath, byte[] labels, string labelPath)
        {
            if (images.Shape[0] != labels.Length)
                throw new InvalidDataException($"{imagePath}: there are {images.Shape[0]} images, " +
                    $"but {labels.Length} labels in {Path.GetFileName(labelPath)}; each image needs one label.");
            TensorShape shape = images.Shape.Rank == 4 ? images.Shape : [images.Shape[0], 1, images.Shape[1], images.Shape[2]];
            return new ImageDataset(images.Data, shape, Array.ConvertAll(labels, label => (long)label), names)
            {
                Mean = mean, Deviation = deviation
            };
        }
    }

    private static string Expected(string stem, int rank) => $"{stem}-idx{rank}-ubyte";

    private static string? Find(string folder, string stem, int rank) =>
        (from compression in Compressions
         from ending in Endings
         let path = Path.Combine(folder, stem + ending.Replace("#", rank.ToString(), StringComparison.Ordinal) + compression)
         where File.Exists(path)
         select path).FirstOrDefault();

    private static byte[] Labels(string path)
    {
        var labels = IdxFile.Read(path);
        return labels.Shape.Rank == 1 ? labels.Data
            : throw new InvalidDataException($"{path}: labels of shape {labels.Shape}; one dimension [N] was expected.");
    }

    private static IdxFile Images(string path)
    {
        var images = IdxFile.Read(path);
        return images.Shape.Rank is 3 or 4 ? images
            : throw new InvalidDataException(
                $"{path}: images of shape {images.Shape}; [N, H, W] or [N, C, H, W] was expected.");
    }

    private static string[] ClassNames(string folder, params (byte[] Labels, string Path)[] files)
    {
        var used = files.SelectMany(static file => file.Labels).Distinct().Order().ToList();
        if (used.Count < 2)
            throw new InvalidDataException($"{files[0].Path}: all labels are {used[0]}; at least two classes were expected.");
        var path = Path.Combine(folder, "classes.txt");
        if (File.Exists(path)) return Named(path, files);
        // Without names, a label that leaves numbers unused is more likely a mistake than a class: 255 after 0 to 9 would make 256 classes.
        var gap = used.Where((label, i) => label != i).Select(static label => (int?)label).FirstOrDefault();
        if (gap is not { } label) return [.. used.Select(static label => $"{label}")];
        var (file, at) = First(files, found => found == label);
        var unused = used.FindIndex(one => one == label);
        throw new InvalidDataException(
            $"{file}: label {at} is {label}, but no label is {(unused == label - 1 ? $"{unused}" : $"{unused} to {label - 1}")}; "
            + $"classes are 0, 1, ... without a gap, or named in {path}, one a line.");
    }

    /// <summary>The lines of the file of names; a label beyond them is refused, one that nothing has is not.</summary>
    private static string[] Named(string path, (byte[] Labels, string Path)[] files)
    {
        string[] names = [.. File.ReadAllText(path).TrimEnd().Split('\n').Select(static line => line.Trim())];
        var blank = Array.IndexOf(names, "");
        if (blank >= 0) throw new InvalidDataException($"{path}: line {blank + 1} is blank; every class needs a name.");
        if (files.SelectMany(static file => file.Labels).Max() is var greatest && greatest < names.Length) return names;
        var (file, at) = First(files, found => found >= names.Length);
        var label = files.Single(one => one.Path == file).Labels[at];
        throw new InvalidDataException($"{path}: the file has {names.Length} lines, but label {at} of {Path.GetFileName(file)} is " +
            $"{label}; the labels go up to {greatest}, so {greatest + 1} names, one a line, were expected.");
    }

    /// <summary>The first label for which that is true: in which file, and its place from 0.</summary>
    private static (string Path, int At) First((byte[] Labels, string Path)[] files, Predicate<byte> isMeant) =>
        files.Select(file => (file.Path, At: Array.FindIndex(file.Labels, isMeant))).First(static place => place.At >= 0);
}
