namespace Surprisal;

/// <summary>Which files are images that can be read: their first bytes decide, not their names.</summary>
internal static class ImageFile
{
    /// <summary>What a folder of images is expected to hold.</summary>
    public const string Expected = ".png, .jpg, .jpeg, .bmp, .pgm, .ppm, .pnm";

    private static readonly string[] endings = Expected.Split(", ");

    /// <summary>Null for an image that is read, or that claims by its name to be one; else what to call one and several of them.</summary>
    public static (string One, string Several)? KindOfOther(string path)
    {
        try
        {
            Span<byte> start = stackalloc byte[FileSignature.Length];
            // A pipe has no bytes either, and would be waited for.
            if (new FileInfo(path).Length == 0) start = [];
            else
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
                start = FileSignature.ReadStart(file, start);
            }
            if (Kind(start) is not null) return null;
            if (FileSignature.ImageKind(start) is { } kind) return Words(kind);
            return HasEnding(path) ? null : ("file that is no image", "files that are no images");
        }
        catch (IOException) when (new FileInfo(path).LinkTarget is not null)
        {
            return ("link to nothing", "links to nothing");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return HasEnding(path) ? null : ("file that cannot be opened", "files that cannot be opened");
        }
    }

    /// <summary>What an image is where its name says that it is another: a PNG image in a.jpg; else null.</summary>
    public static string? Disguise(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            var kind = Kind(FileSignature.ReadStart(file, stackalloc byte[FileSignature.Length]));
            return kind == (Promised(path) ?? kind) ? null : kind;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // whoever reads it says why it cannot
        }
    }

    /// <summary>Whether a name claims to be that of an image which is read.</summary>
    public static bool HasEnding(string path) => endings.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>The pixels of size x size, and the size of the image, upright.</summary>
    /// <exception cref="InvalidDataException">No image that is read, damaged, or of more pixels than allowed.</exception>
    public static (byte[] Pixels, int Channels, int Width, int Height) ReadSquare(string path, int size, bool grey, long maxPixels)
    {
        using var file = OpenImage(path);
        using var rows = OpenRows(file, path, maxPixels);
        return (ImageResizer.Resize(rows, size, grey), grey ? 1 : rows.Channels, rows.Width, rows.Height);
    }

    /// <summary>The rows of an image, upright.</summary>
    public static ImageRows OpenRows(FileStream file, string path, long maxPixels)
    {
        var start = FileSignature.ReadStart(file, stackalloc byte[FileSignature.Length]);
        // What its name promises is told by the reader of that kind, unless it is an image of another one.
        if (Kind(start) is null && (Promised(path) is not { } promised
            || FileSignature.ImageKind(start)?.Contains(promised, StringComparison.Ordinal) == false))
            throw new InvalidDataException($"{path}: {FileSignature.Describe(start)}; an image that is read was expected: " +
                "PNG, JPEG, BMP, PGM or PPM.");
        var orientation = PngImage.IsOne(start) ? PngOrientation.Find(file) : 1;
        file.Position = 0;
        return (Kind(start) ?? Promised(path)) switch
        {
            "PNG" => ExifOrientation.Turn(PngImage.Open(file, maxPixels, path), orientation),
            "JPEG" => JpegImage.Open(file, maxPixels, path),
            "BMP" => BmpImage.Open(file, maxPixels, path),
            _ => PnmImage.Open(file, maxPixels, path),
        };
    }

    /// <summary>Opens the file; an empty one is refused by name.</summary>
    public static FileStream OpenImage(string path)
    {
        FileSignature.Require(path, "an image");
        if (new FileInfo(path).Length == 0) throw new InvalidDataException($"{path}: it is empty; an image was expected.");
        return FileSignature.Open(path, "an image");
    }

    /// <summary>The kinds that are read; null for all others.</summary>
    private static string? Kind(ReadOnlySpan<byte> start) =>
        PngImage.IsOne(start) ? "PNG" : JpegImage.IsOne(start) ? "JPEG" : BmpImage.IsOne(start) ? "BMP" : IsPnm(start) ? "PNM" : null;

    /// <summary>The kind that a name says.</summary>
    private static string? Promised(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => "PNG",
        ".jpg" or ".jpeg" => "JPEG",
        ".bmp" => "BMP",
        ".pgm" or ".ppm" or ".pnm" => "PNM",
        _ => null,
    };

    private static bool IsPnm(ReadOnlySpan<byte> start) =>
        start is [(byte)'P', (byte)'2' or (byte)'3' or (byte)'5' or (byte)'6',
            (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'\v' or (byte)'\f' or (byte)'#', ..];

    /// <summary>"a JPEG image": "JPEG image", "JPEG images".</summary>
    private static (string One, string Several) Words(string kind)
    {
        var one = kind[(kind.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        return (one, one.Replace(" image", " images", StringComparison.Ordinal));
    }
}
