namespace Surprisal;

/// <summary>Which files are images that can be read: their first bytes decide, not their names.</summary>
internal static class ImageFile
{
    /// <summary>What a folder of images is expected to hold.</summary>
    public const string Expected = ".png, .pgm, .ppm, .pnm";

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
            if (IsPng(start) || IsPnm(start)) return null;
            if (FileSignature.ImageKind(start) is { } kind) return Words(kind);
            return endings.Contains(Path.GetExtension(path).ToLowerInvariant())
                ? null
                : ("file that is no image", "files that are no images");
        }
        catch (IOException) when (new FileInfo(path).LinkTarget is not null)
        {
            return ("link to nothing", "links to nothing");
        }
    }

    /// <summary>The pixels of size x size, decoded row by row.</summary>
    /// <exception cref="InvalidDataException">No image that is read, damaged, or of more pixels than allowed.</exception>
    public static (byte[] Pixels, int Channels) ReadSquare(string path, int size, bool grey, long maxPixels)
    {
        if (new FileInfo(path).Length == 0) throw new InvalidDataException($"{path}: it is empty; an image was expected.");
        using var file = FileSignature.Open(path, "an image");
        var start = FileSignature.ReadStart(file, stackalloc byte[FileSignature.Length]);
        file.Position = 0;
        var png = IsPng(start) || (!IsPnm(start) && Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase));
        using var rows = png ? PngImage.Open(file, maxPixels, path) : PnmImage.Open(file, maxPixels, path);
        return (ImageResizer.Resize(rows, size, grey), grey ? 1 : rows.Channels);
    }

    private static bool IsPng(ReadOnlySpan<byte> start) => start.StartsWith(PngImage.Signature);

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
