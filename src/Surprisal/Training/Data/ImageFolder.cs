using System.Runtime.ExceptionServices;
using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>Loads a folder with one sub-folder of images for each class.</summary>
public static class ImageFolder
{
    private static readonly string[] Read = [".png", ".pgm", ".ppm", ".pnm"];
    private static readonly string[] Refused = [".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".pbm", ".pam"];

    /// <summary>All images, decoded and brought to one size; classes and images in the ordinal order of their names.</summary>
    /// <remarks>
    /// Reads .png (every kind; opacity is composed over white), .pgm, .ppm and .pnm files. Other files and whatever begins with a dot are passed over,
    /// but an image of a kind that is not read is refused. An image is stretched to a square by bilinear interpolation which, when it shrinks,
    /// averages over all the pixels that it covers (as Pillow's BILINEAR). Samples are (byte / 255 - mean) / deviation.
    /// </remarks>
    /// <param name="folder">The folder of the class folders; their names are the class names.</param>
    /// <param name="size">The height and width of the samples in pixels, 1 .. 4096.</param>
    /// <param name="grey">True for samples of shape [1, size, size], colours turned into ITU-R BT.601 luma; false for [3, size, size], grey repeated.</param>
    /// <param name="mean">See <see cref="ImageDataset.Mean"/>; default 0.</param>
    /// <param name="deviation">See <see cref="ImageDataset.Deviation"/>; default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not in 1 .. 4096.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are fewer than two class folders, one of them has no images, or an image is damaged or of another kind.</exception>
    public static Dataset Load(string folder, int size, bool grey, double mean = 0, double deviation = 1)
    {
        if (size is < 1 or > 4096) throw new ArgumentOutOfRangeException(nameof(size), $"size is {size}; samples of 1 to 4096 pixels a side are made.");
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{folder}: there is no such folder; one with a sub-folder of images for each class was expected.");
        var classes = Visible(Directory.GetDirectories(folder));
        if (classes.Length < 2)
            throw new InvalidDataException($"{folder}: the folder has {(classes.Length == 0 ? "no sub-folders" : $"only the sub-folder {Path.GetFileName(classes[0])}")}; one for each of at least two classes was expected.");

        var files = new List<(string Path, int Class)>();
        for (var i = 0; i < classes.Length; i++) files.AddRange(Images(classes[i]).Select(path => (path, i)));
        var (channels, length) = (grey ? 1 : 3, (grey ? 1 : 3) * size * size);
        if ((long)files.Count * length > Array.MaxLength)
            throw new InvalidDataException($"{folder}: {files.Count} images of {channels} x {size} x {size} bytes are more than the {Array.MaxLength} bytes that a dataset holds; choose a smaller size.");

        var pixels = new byte[files.Count * length];
        var (failed, failures) = (files.Count, new Exception?[files.Count]);
        Partition.Run(files.Count, 1_000_000, i =>
        {
            // The first damaged image in order is the one to name, whichever thread meets one first.
            if (i > Volatile.Read(ref failed)) return;
            try
            {
                Planes(Decode(files[i].Path), size, channels, pixels.AsSpan(i * length, length));
            }
            catch (Exception error)
            {
                failures[i] = error;
                for (var seen = Volatile.Read(ref failed); i < seen; seen = Volatile.Read(ref failed))
                    Interlocked.CompareExchange(ref failed, i, seen);
            }
        });
        if (failed < files.Count) ExceptionDispatchInfo.Throw(failures[failed]!);
        return new ImageDataset(pixels, [files.Count, channels, size, size], [.. files.Select(file => (long)file.Class)], [.. classes.Select(path => Path.GetFileName(path)!)])
        {
            Mean = mean,
            Deviation = deviation,
        };
    }

    private static string[] Images(string folder)
    {
        var files = Visible(Directory.GetFiles(folder));
        if (files.FirstOrDefault(path => Refused.Contains(Extension(path))) is { } other)
            throw new InvalidDataException($"{other}: images of this kind are not read; {string.Join(", ", Read)} files were expected.");
        string[] images = [.. files.Where(path => Read.Contains(Extension(path)))];
        return images.Length > 0 ? images
            : throw new InvalidDataException($"{folder}: the class folder has no images; {string.Join(", ", Read)} files were expected.");
    }

    private static DecodedImage Decode(string path) => Extension(path) == ".png" ? PngImage.Read(path) : PnmImage.Read(path);

    /// <summary>Interleaved pixels of any size to [channels, size, size].</summary>
    private static void Planes(DecodedImage image, int size, int channels, Span<byte> planes)
    {
        var square = (channels == 1 ? image.ToGrey() : image).Resize(size);
        var area = size * size;
        for (var c = 0; c < channels; c++)
            for (var i = 0; i < area; i++)
                planes[c * area + i] = square.Pixels[square.Channels == 1 ? i : 3 * i + c];
    }

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();

    private static string[] Visible(string[] paths)
    {
        string[] visible = [.. paths.Where(path => !Path.GetFileName(path).StartsWith('.'))];
        Array.Sort(visible, StringComparer.Ordinal);
        return visible;
    }
}
