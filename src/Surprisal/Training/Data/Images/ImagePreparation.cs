using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>
/// How image files become samples of one size: decoded, resized, grey on request, then scaled by mean and deviation when they are read.
/// </summary>
internal sealed class ImagePreparation
{
    private readonly ImageLoading loading;
    private readonly int size;

    public ImagePreparation(ImageLoading loading)
    {
        Check(loading.Size, loading.MaxPixels);
        (this.loading, size) = (loading, loading.Size);
    }

    /// <summary>The bytes of a sample.</summary>
    public int Length => Channels * size * size;

    private int Channels => loading.Grey ? 1 : 3;

    /// <summary>The dataset over decoded images.</summary>
    public ImageDataset Of(ReadOnlyMemory<byte> pixels, ReadOnlySpan<long> targets, string[] classNames) =>
        new(pixels, [targets.Length, Channels, size, size], targets, classNames) { Mean = loading.Mean, Deviation = loading.Deviation };

    /// <summary>
    /// Decodes all images of a listing, on several threads, and keeps them where they fit; the names of the classes decide their numbers.
    /// </summary>
    public Dataset Decode(ImageListing listing, string[] classNames)
    {
        var files = listing.Files;
        var isKept = (long)files.Count * Length <= Math.Min(loading.Memory, Array.MaxLength);
        var pixels = new byte[isKept ? files.Count * Length : 0];
        var (hashes, sizes) = (new byte[files.Count][], new (int Width, int Height)[files.Count]);
        var failures = DecodeAll(files.Count, i =>
        {
            var image = isKept ? pixels.AsSpan(i * Length, Length) : new byte[Length];
            sizes[i] = ReadPlanes(files[i].Path, image);
            if (!isKept) hashes[i] = SHA256.HashData(image);
        });
        int[] good = [.. Enumerable.Range(0, files.Count).Where(i => failures[i] is null)];
        if (good.Length < files.Count) Tell(listing, failures);
        for (var i = 0; isKept && i < good.Length; i++)
            if (good[i] > i) pixels.AsSpan(good[i] * Length, Length).CopyTo(pixels.AsSpan(i * Length));
        long[] targets = [.. good.Select(i => (long)Array.IndexOf(classNames, Path.GetFileName(listing.ClassFolders[files[i].Class])))];
        string[] names = [.. good.Select(i => Path.GetRelativePath(listing.Folder, files[i].Path))];
        if (loading.Loaded is { } told)
            foreach (var (i, name) in good.Zip(names))
                told(new LoadedImage { Path = name, Width = sizes[i].Width, Height = sizes[i].Height });
        if (!isKept)
            return new ImageFileDataset(
                this, [.. good.Select(i => files[i].Path)], names, [.. good.Select(i => hashes[i])], targets, classNames);
        return new ImageDataset(pixels.AsMemory(0, good.Length * Length), [good.Length, Channels, size, size], targets, classNames)
        {
            Mean = loading.Mean, Deviation = loading.Deviation, SampleNames = names,
        };
    }

    /// <summary>Reads an image, whose pixels are interleaved, as [channels, size, size]; returns its size in the file, upright.</summary>
    public (int Width, int Height) ReadPlanes(string path, Span<byte> planes)
    {
        var (square, channels, width, height) = ImageFile.ReadSquare(path, size, loading.Grey, loading.MaxPixels);
        var area = size * size;
        for (var c = 0; c < Channels; c++)
            for (var i = 0; i < area; i++) planes[c * area + i] = square[channels == 1 ? i : 3 * i + c];
        return (width, height);
    }

    /// <summary>What is wrong with each file; null where nothing is. Throws what is wrong with the first unless somebody wants to be told
    /// of all.</summary>
    public Exception?[] DecodeAll(int count, Action<int> decode)
    {
        var (failed, failures) = (count, new Exception?[count]);
        Partition.For(count, 1_000_000, i =>
        {
            // The first damaged image in order is the one to name, whichever thread meets one first.
            if (loading.Unreadable is null && i > Volatile.Read(ref failed)) return;
            try
            {
                decode(i);
            }
            catch (Exception error)
            {
                failures[i] = error;
                for (var seen = Volatile.Read(ref failed); i < seen; seen = Volatile.Read(ref failed))
                    Interlocked.CompareExchange(ref failed, i, seen);
            }
        });
        var isData = loading.Unreadable is not null
            && Array.TrueForAll(failures,
                static error => error is null or InvalidDataException or IOException or UnauthorizedAccessException);
        if (failed < count && !isData) ExceptionDispatchInfo.Throw(failures[failed]!);
        return failures;
    }

    /// <summary>Tells of each file that cannot be read, and refuses a class that has no other.</summary>
    private void Tell(ImageListing listing, Exception?[] failures)
    {
        foreach (var ((path, _), error) in listing.Files.Zip(failures))
            if (error is not null)
                loading.Unreadable!(UnreadableFile.Of(listing.Folder, path, error));
        var empty = listing.Files.Index().GroupBy(static file => file.Item.Class)
            .FirstOrDefault(ofClass => ofClass.All(file => failures[file.Index] is not null));
        if (empty is not null)
            throw new InvalidDataException($"{listing.ClassFolders[empty.Key]}: none of its {empty.Count()} images can be read, " +
                $"the first: {OneLine.Of(failures[empty.First().Index]!.Message)}");
        listing.Unreadable = failures.Count(static error => error is not null);
    }

    private static void Check(int size, long maxPixels)
    {
        if (size is < 1 or > 4096)
            throw new ArgumentOutOfRangeException(nameof(size), $"size is {size}; samples of 1 to 4096 pixels a side are made.");
        if (maxPixels < 1) throw new ArgumentOutOfRangeException(nameof(maxPixels), $"maxPixels is {maxPixels}; at least 1 is needed.");
    }
}
