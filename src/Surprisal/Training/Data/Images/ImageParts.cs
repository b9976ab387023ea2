namespace Surprisal.Training;

/// <summary>Loads parts that are folders of their own.</summary>
internal static class ImageParts
{
    /// <param name="preparation">How images are read.</param>
    /// <param name="folders">All folders that lie there.</param>
    /// <param name="parts">Those to train on, to test on, and to validate with, if one is.</param>
    /// <param name="validationShare">The share to validate with of the part to train on, where no folder is.</param>
    /// <param name="key">Decides it.</param>
    public static DatasetSplit Load(ImagePreparation preparation, string[] folders, (string Train, string Test, string? Validation) parts,
        double validationShare, long key)
    {
        var learned = ImageListing.Read(parts.Train, minClasses: 2);
        var names = learned.ClassNames;
        var (train, tested) = (preparation.Decode(learned, names), Part(parts.Test));
        var notes = new List<string>(folders.Where(path => path != parts.Train && path != parts.Test && path != parts.Validation)
            .Select(static path => $"skipped the folder {Path.GetFileName(path)}, which is no part to train or to test on"));
        notes.AddRange(learned.Notes.Select(note => $"{Path.GetFileName(parts.Train)}: {note}"));
        notes.AddRange(tested.Notes);
        notes.AddRange(Leaks(tested.Data, "to test on", train));
        var split = new DatasetSplit { Train = train, Test = tested.Data };
        var validated = parts.Validation is { } folder ? Part(folder) : default;
        if (validated.Data is { } validation)
        {
            notes.AddRange(validated.Notes);
            notes.AddRange(Leaks(validation, "to validate with", train));
            notes.AddRange(Leaks(validation, "to validate with", tested.Data, "to test on"));
            split = split with { Validation = validation };
        }
        else if (validationShare > 0)
        {
            var cut = ContentSplit.Split(train, 0, validationShare, key);
            notes.AddRange(cut.Notes);
            split = split with { Train = cut.Train, Validation = cut.Validation };
        }
        notes.AddRange(names.Except(tested.Names, StringComparer.Ordinal).Select(static name => $"'{name}' has no image to test on"));
        if (validated.Names is { } known)
            notes.AddRange(names.Except(known, StringComparer.Ordinal).Select(static name => $"'{name}' has no image to validate with"));
        return split with { Notes = notes };

        (Dataset Data, string[] Names, IEnumerable<string> Notes) Part(string path)
        {
            var listing = ImageListing.Read(path, minClasses: 1);
            if (listing.ClassNames.Except(names, StringComparer.Ordinal).FirstOrDefault() is { } foreign)
                throw new InvalidDataException($"{Path.Combine(path, foreign)}: there is no such class in {parts.Train}, " +
                    $"which has {ContentSplit.Listed([.. names])}.");
            var data = preparation.Decode(listing, names);
            return (data, listing.ClassNames, listing.Notes.Select(note => $"{Path.GetFileName(path)}: {note}"));
        }
    }

    /// <summary>Images of a part that are in another too.</summary>
    private static string[] Leaks(Dataset part, string use, Dataset other, string otherUse = "to train on")
    {
        var known = ContentSplit.Contents(other, seed: 0);
        var copies = ContentSplit.Contents(part, seed: 0).Where(content => known.ContainsKey(content.Key))
            .SelectMany(static content => content.Value).Order().Select(part.Name).ToList();
        return copies.Count == 0 ? []
            : [$"{copies.Count} of {part.Count} images {use} are also among those {otherUse}: {ContentSplit.Listed(copies)}"];
    }
}
