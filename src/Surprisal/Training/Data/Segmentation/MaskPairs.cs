namespace Surprisal.Training;

/// <summary>Images and masks of two folders, put together by their names without the ending.</summary>
internal static class MaskPairs
{
    public static (SegmentationDataset Data, IReadOnlyList<string> Notes) Load(
        string images, string masks, ImageLoading loading, IReadOnlyList<string>? classNames, int ignored)
    {
        ArgumentNullException.ThrowIfNull(loading);
        var preparation = new ImagePreparation(loading);
        var (pairs, notes) = Find(images, masks);
        var (length, area, size) = (preparation.Length, loading.Size * loading.Size, loading.Size);
        if ((long)pairs.Count * (length + 2L * area) > loading.Memory || (long)pairs.Count * length > Array.MaxLength)
            throw new InvalidDataException($"{images}: {pairs.Count} images and masks of {size} x {size} take " +
                $"{pairs.Count * (length + 2L * area)} bytes, more than the {Math.Min(loading.Memory, Array.MaxLength)} that are kept; " +
                "choose a smaller size.");
        var (pixels, samples) = (new byte[pairs.Count * length], new ushort[pairs.Count * area]);
        var failures = preparation.DecodeAll(pairs.Count, i =>
        {
            var (width, height) = preparation.ReadPlanes(pairs[i].Image, pixels.AsSpan(i * length, length));
            var mask = MaskFile.ReadSquare(pairs[i].Mask, size, loading.MaxPixels);
            if ((mask.Width, mask.Height) != (width, height))
                throw new InvalidDataException($"{pairs[i].Mask}: the mask is {mask.Width} x {mask.Height}, but its image, upright, is " +
                    $"{width} x {height}; the same size was expected.");
            if (classNames is not null) Require(pairs[i].Mask, mask.Samples, classNames.Count, ignored);
            mask.Samples.CopyTo(samples, i * area);
        });
        int[] good = [.. Enumerable.Range(0, pairs.Count).Where(i => failures[i] is null)];
        for (var i = 0; i < pairs.Count; i++)
            if (failures[i] is { } error)
                loading.Unreadable!(UnreadableFile.Of(images, pairs[i].Image, error, pairs[i].Mask));
        if (good.Length == 0)
            throw new InvalidDataException($"{images}: none of its {pairs.Count} images and masks can be read, " +
                $"the first: {OneLine.Of(failures[0]!.Message)}");
        if (good.Length < pairs.Count) notes.Add($"left out {pairs.Count - good.Length} of {pairs.Count} images, which cannot be read");
        for (var i = 0; i < good.Length; i++)
        {
            pixels.AsSpan(good[i] * length, length).CopyTo(pixels.AsSpan(i * length));
            samples.AsSpan(good[i] * area, area).CopyTo(samples.AsSpan(i * area));
        }
        var used = samples.AsMemory(0, good.Length * area);
        var names = classNames ?? Names(masks, used.Span, ignored);
        TensorShape shape = [good.Length, length / area, size, size];
        var data = new ImageDataset(pixels.AsMemory(0, good.Length * length), shape, new long[good.Length], names)
        {
            Mean = loading.Mean, Deviation = loading.Deviation,
            SampleNames = [.. good.Select(i => Path.GetRelativePath(images, pairs[i].Image))],
        };
        return (new SegmentationDataset(data, used, ignored), notes);
    }

    private static (List<(string Image, string Mask)> Pairs, List<string> Notes) Find(string images, string masks)
    {
        foreach (var folder in new[] { images, masks })
            RequiredFolder.Check(folder, "one of images and one of their masks were expected");
        var byName = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in ImageListing.Visible(Directory.GetFiles(images)))
            if (ImageFile.KindOfOther(path) is null && !byName.TryAdd(Path.GetFileNameWithoutExtension(path), path))
                throw new InvalidDataException(
                    $"{path}: there is also {Path.GetFileName(byName[Path.GetFileNameWithoutExtension(path)])}; " +
                    "one image of a name was expected, which its mask has too.");
        var pairs = new List<(string, string)>();
        var (found, others) = (new List<string>(), new List<string>());
        foreach (var path in ImageListing.Visible(Directory.GetFiles(masks)))
            (ImageFile.HasEnding(path) || ImageFile.KindOfOther(path) is null ? found : others).Add(path);
        foreach (var path in found)
            pairs.Add(byName.Remove(Path.GetFileNameWithoutExtension(path), out var image) ? (image, path)
                : throw new InvalidDataException(
                    $"{path}: there is no image {Path.GetFileNameWithoutExtension(path)} in {images}, or two masks are for it."));
        if (pairs.Count == 0)
            throw new InvalidDataException($"{masks}: the folder has no masks; one for each image of {images} was expected.");
        var notes = new List<string>();
        if (others.Count > 0)
            notes.Add($"skipped {others.Count} " +
                (others.Count == 1 ? "file among the masks that is no image" : "files among the masks that are no images") +
                $": {ContentSplit.Listed([.. others.Select(static path => Path.GetFileName(path))])}");
        if (byName.Count > 0)
            notes.Add($"skipped {byName.Count} image{(byName.Count == 1 ? "" : "s")} without a mask: " +
                ContentSplit.Listed([.. byName.Values.Select(static path => Path.GetFileName(path))]));
        return (pairs, notes);
    }

    private static void Require(string path, ushort[] samples, int classes, int ignored)
    {
        foreach (var value in samples)
            if (value >= classes && value != ignored)
                throw new InvalidDataException($"{path}: a pixel has the value {value}; {classes} classes are named, " +
                    $"so 0..{classes - 1}, or {ignored} for pixels that are ignored, were expected.");
    }

    /// <summary>Without names, a value that leaves numbers unused is more likely a grey than a class: 128 beside 0 would make
    /// 129.</summary>
    private static string[] Names(string masks, ReadOnlySpan<ushort> samples, int ignored)
    {
        var seen = new bool[1 << 16];
        foreach (var value in samples) seen[value] = true;
        if (ignored is >= 0 and < 1 << 16) seen[ignored] = false;
        var values = Enumerable.Range(0, seen.Length).Where(value => seen[value]).ToList();
        if (values.Count == 0) throw new InvalidDataException($"{masks}: every pixel has the value {ignored}, which is ignored.");
        if (values[^1] == values.Count - 1) return [.. values.Select(static value => $"{value}")];
        var listed = ContentSplit.Listed([.. values.Select(static value => $"{value}")]);
        throw new InvalidDataException($"{masks}: the masks have the values {listed}; " +
            "classes are 0, 1, ... without a gap, or named.");
    }
}
