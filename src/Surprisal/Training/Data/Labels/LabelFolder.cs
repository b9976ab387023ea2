namespace Surprisal.Training;

/// <summary>Loads a folder of images, each of which has any number of labels, said by a table.</summary>
public static class LabelFolder
{
    /// <summary>All images that the table names, in the ordinal order of their names.</summary>
    /// <remarks>
    /// The table is text (CSV) with the header <c>file,label,...</c>: the path of an image within the folder, then 0 or 1 for each label.
    /// Images are read as <see cref="ImageFolder"/> reads them; those that the table does not name are passed over.
    /// </remarks>
    /// <param name="images">The folder of the images.</param>
    /// <param name="labels">The table.</param>
    /// <param name="loading">How the images are read; its shares are not used.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not in 1 .. 4096, or a limit is less than 1.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">There is no such table.</exception>
    /// <exception cref="InvalidDataException">It is no such table, which the message names with line and column; a file that it names is
    /// not there, or an image is damaged or too large.</exception>
    public static MultiLabelDataset Load(string images, string labels, ImageLoading loading) => Read(images, labels, loading).Data;

    /// <summary>The same in a part to train on and a part to test on, and on request one to validate with, by the rarest label of each
    /// image.</summary>
    /// <param name="images">The folder of the images.</param>
    /// <param name="labels">The table.</param>
    /// <param name="loading">How the images are read and split.</param>
    /// <param name="seed">Decides the split, with its next number.</param>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static DatasetSplit LoadSplit(string images, string labels, ImageLoading loading, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(loading);
        ContentSplit.CheckShares(loading.TestShare, loading.ValidationShare);
        var key = Seed.Draw(seed);
        var (data, notes) = Read(images, labels, loading);
        var split = ContentSplit.Split(data, loading.TestShare, loading.ValidationShare, key);
        return split.Test.Count > 0 ? split with { Notes = [.. notes, .. split.Notes] }
            : throw new InvalidDataException(
                $"{labels}: no label has two different images; one to train on and one to test on are needed.");
    }

    private static (MultiLabelDataset Data, IReadOnlyList<string> Notes) Read(string images, string labels, ImageLoading loading)
    {
        ArgumentNullException.ThrowIfNull(loading);
        var preparation = new ImagePreparation(loading);
        RequiredFolder.Check(images, $"one of the images that {labels} names was expected");
        var (names, rows) = LabelTable.Read(labels);
        foreach (var (file, _, line) in rows)
            if (!File.Exists(Path.Combine(images, file)))
                throw new InvalidDataException($"{labels}: line {line} names {Quoted.Of(file)}, which is not in {images}.");
        var listing = ImageListing.Of(images, [.. rows.Select(static row => row.File).Order(StringComparer.Ordinal)]);
        var decoded = preparation.Decode(listing, listing.ClassNames);
        var byFile = rows.ToDictionary(row => Relative(row.File), static row => row.Labels, StringComparer.Ordinal);
        byte[] all = [.. Enumerable.Range(0, decoded.Count).SelectMany(index => byFile[decoded.Name(index)])];
        var known = rows.Select(row => Relative(row.File)).ToHashSet(StringComparer.Ordinal);
        var others = ImageListing.Visible(Directory.GetFiles(images)).Where(static path => ImageFile.KindOfOther(path) is null)
            .Select(path => Path.GetRelativePath(images, path)).Where(path => !known.Contains(path)).ToList();
        string[] skipped = others.Count == 0 ? []
            : [$"skipped {others.Count} image{(others.Count == 1 ? "" : "s")} without labels: {ContentSplit.Listed(others)}"];
        return (new MultiLabelDataset(decoded, all, names), [.. skipped, .. listing.Notes]);

        string Relative(string file) => Path.GetRelativePath(images, Path.Combine(images, file));
    }
}
