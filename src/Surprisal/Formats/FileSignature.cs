#if COMMAND // which has a copy of its own, for the library does not offer it
namespace Surprisal.Cli;
#elif COLUMNAR
namespace Surprisal.Columnar;
#else
namespace Surprisal;
#endif

/// <summary>Names what a file is by its first bytes, so that a refusal can say what was given instead of what was expected.</summary>
internal static class FileSignature
{
    /// <summary>How many first bytes are enough to know any of them.</summary>
    public const int Length = 64;

    /// <summary>The first bytes of a stream, as many as there are, read into the buffer.</summary>
    public static Span<byte> ReadStart(Stream file, Span<byte> buffer) =>
        buffer[..file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];

    /// <summary>The words "it is ...", for the end of a message.</summary>
    public static string Describe(ReadOnlySpan<byte> start) =>
        start.Length == 0 ? "it is empty"
        : Kind(start) is { } kind ? $"it is {kind}"
        : $"it begins with the bytes {Convert.ToHexString(start[..Math.Min(8, start.Length)])}";

    /// <summary>What the first bytes say that a file is, as "a JPEG image"; null where they say nothing.</summary>
    public static string? Kind(ReadOnlySpan<byte> start) => ImageKind(start) ?? start switch
    {
        [0x1F, 0x8B, ..] => "gzip data",
        [(byte)'P', (byte)'K', 3, 4, ..] => "a ZIP archive, as .npz and torch.save write",
        [0x80, >= 2 and <= 5,
            (byte)'c' or (byte)'}' or (byte)']' or (byte)'(' or (byte)'\x95' or (byte)'\x8a' or (byte)'K' or (byte)'X' or (byte)'q', ..] =>
            "a pickle of Python",
        [0, 0, 8, >= 1 and <= 4, ..] => "an IDX file",
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => "an array of NumPy (.npy)",
        [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "an HDF5 file",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "a PDF document",
        _ when start.StartsWith("version https://git-lfs"u8) =>
            "a pointer of Git LFS: the data itself was not fetched ('git lfs pull' does)",
        _ when ColumnarKind(start) is { } columnar => columnar,
        _ when IsUtf16(start) => "text in UTF-16",
        _ => IsSafetensors(start) ? "a safetensors file" : IsMarkup(start) ? "a page of HTML or XML" : null,
    };

    /// <summary>What the first bytes say of a file of columns, as "a Parquet file"; null where it is none.</summary>
    public static string? ColumnarKind(ReadOnlySpan<byte> start) => start switch
    {
        [(byte)'A', (byte)'R', (byte)'R', (byte)'O', (byte)'W', (byte)'1', ..] => "an Arrow file",
        [0xFF, 0xFF, 0xFF, 0xFF, _, _, _, < 0x20, ..] => "an Arrow stream", // the mark, and the length of a message
        [(byte)'F', (byte)'E', (byte)'A', (byte)'1', ..] => "a Feather file of version 1",
        [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] => "a Parquet file",
        [(byte)'P', (byte)'A', (byte)'R', (byte)'E', ..] => "an encrypted Parquet file",
        _ => null,
    };

    /// <summary>What the first bytes say of an image, as "a JPEG image"; null where it is none.</summary>
    public static string? ImageKind(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xD8, 0xFF, ..] => "a JPEG image",
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "a PNG image",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "a GIF image",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "a WebP image",
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "a TIFF image",
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => "a BMP image",
        [(byte)'P', >= (byte)'1' and <= (byte)'7', (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'#', ..] =>
            $"a PNM image of kind P{(char)start[1]}",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'a', (byte)'v', (byte)'i', (byte)'f' or (byte)'s', ..] =>
            "an AVIF image",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p',
            (byte)'h' or (byte)'m', (byte)'e' or (byte)'i', (byte)'i' or (byte)'v' or (byte)'f', _, ..] => "a HEIC image",
        [0, 0, 0, 12, (byte)'j', (byte)'P', (byte)' ', (byte)' ', ..] => "a JPEG 2000 image",
        [0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L', (byte)' ', ..] => "a JPEG XL image",
        _ => IsMarkup(start) && start.IndexOf("<svg"u8) >= 0 ? "an SVG image" : null,
    };

    /// <summary>A page may begin with a mark of its encoding and blanks; then comes a tag, a comment or a declaration.</summary>
    private static bool IsMarkup(ReadOnlySpan<byte> start)
    {
        if (start is [0xEF, 0xBB, 0xBF, ..]) start = start[3..];
        start = start.TrimStart(" \t\r\n"u8);
        return start is [(byte)'<', (byte)'!' or (byte)'?' or (byte)'/' or (>= (byte)'A' and <= (byte)'Z')
            or (>= (byte)'a' and <= (byte)'z'), ..];
    }

    /// <summary>Its mark, or every second byte of eight a zero between ASCII characters.</summary>
    private static bool IsUtf16(ReadOnlySpan<byte> start)
    {
        if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) return true;
        if (start.Length < 8) return false;
        var first = start[0] == 0 ? 1 : 0;
        for (var i = 0; i < 8; i += 2)
            if (start[i + 1 - first] != 0 || start[i + first] is 0 or > 0x7E) return false;
        return true;
    }

    private static bool IsSafetensors(ReadOnlySpan<byte> start) => start is [_, _, _, _, 0, 0, 0, 0, (byte)'{', (byte)'"' or (byte)'}', ..];

    /// <summary>Opens a file to be read in order; a missing one is refused by name.</summary>
    public static FileStream Open(string path, string expected)
    {
        Require(path, expected);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
    }

    /// <summary>Refuses a path where no file is.</summary>
    public static void Require(string path, string expected)
    {
        if (File.Exists(path)) return;
        var found = Directory.Exists(path) ? "this is a folder" : "there is no such file";
        throw new FileNotFoundException($"{path}: {found}; {expected} was expected.", path);
    }
}
