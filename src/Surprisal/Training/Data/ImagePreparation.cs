using System.Runtime.ExceptionServices;
using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>
/// How image files become samples of one size: decoded, resized, grey on request, then scaled by mean and deviation when they are read.
/// </summary>
internal sealed class ImagePreparation
{
    private readonly int size;
    private readonly bool grey;
    private readonly double mean, deviation;
    private readonly long maxPixels;

    public ImagePreparation(int size, bool grey, double mean, double deviation, long maxPixels)
    {
        if (size is < 1 or > 4096)
            throw new ArgumentOutOfRangeException(nameof(size), $"size is {size}; samples of 1 to 4096 pixels a side are made.");
        if (maxPixels < 1) throw new ArgumentOutOfRangeException(nameof(maxPixels), $"maxPixels is {maxPixels}; at least 1 is needed.");
        (this.size, this.grey, this.mean, this.deviation, this.maxPixels) = (size, grey, mean, deviation, maxPixels);
    }

    /// <summary>Decodes all images of a listing, on several threads; the names of the classes decide their numbers.</summary>
    public ImageDataset Decode(ImageListing listing, string[] classNames)
    {
        var (files, channels) = (listing.Files, grey ? 1 : 3);
        var length = channels * size * size;
        if ((long)files.Count * length > Array.MaxLength)
            throw new InvalidDataException(
                $"{listing.Folder}: {files.Count} images of {channels} x {size} x {size} bytes are more than the {Array.MaxLength} bytes " +
                "that a dataset holds; " +
                "choose a smaller size.");

        var pixels = new byte[files.Count * length];
        var (failed, failures) = (files.Count, new Exception?[files.Count]);
        Partition.For(files.Count, 1_000_000, i =>
        {
            // The first damaged image in order is the one to name, whichever thread meets one first.
            if (i > Volatile.Read(ref failed)) return;
            try
            {
                ReadPlanes(files[i].Path, pixels.AsSpan(i * length, length));
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
            Mean = mean,
            Deviation = deviation,
            SampleNames = [.. files.Select(file => Path.GetRelativePath(listing.Folder, file.Path))],
        };
    }

    /// <summary>Reads an image, whose pixels are interleaved, as [channels, size, size].</summary>
    private void ReadPlanes(string path, Span<byte> planes)
    {
        var (square, channels) = ImageFile.ReadSquare(path, size, grey, maxPixels);
        var area = size * size;
        for (var i = 0; i < planes.Length; i++) planes[i] = square[channels == 1 ? i % area : 3 * (i % area) + i / area];
    }
}
