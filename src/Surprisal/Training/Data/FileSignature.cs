namespace Surprisal.Training;

/// <summary>Names what a file is by its first bytes, so that a refusal can say what was given instead of what was expected.</summary>
internal static class FileSignature
{
    /// <summary>The words "it is ...", for the end of a message.</summary>
    public static string Describe(ReadOnlySpan<byte> start) => start switch
    {
        [] => "it is empty",
        [0xFF, 0xD8, 0xFF, ..] => "it is a JPEG image",
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "it is a PNG image",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "it is a GIF image",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "it is a WebP image",
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "it is a TIFF image",
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => "it is a BMP image",
        [(byte)'P', >= (byte)'1' and <= (byte)'7', (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'#', ..] => $"it is a PNM image of kind P{(char)start[1]}",
        [0x1F, 0x8B, ..] => "it is gzip data",
        [(byte)'P', (byte)'K', 3, 4, ..] => "it is a ZIP archive",
        [0, 0, 8, >= 1 and <= 4, ..] => "it is an IDX file",
        [(byte)'<', ..] => "it is a page of HTML or XML",
        _ => $"it begins with the bytes {Convert.ToHexString(start[..Math.Min(8, start.Length)])}",
    };

    /// <summary>All bytes of a file; a missing one is refused by name.</summary>
    public static byte[] ReadAll(string path, string expected)
    {
        Require(path, expected);
        if (new FileInfo(path).Length > Array.MaxLength)
            throw new InvalidDataException($"{path}: the file has {new FileInfo(path).Length} bytes; {expected} of at most {Array.MaxLength} bytes was expected.");
        return File.ReadAllBytes(path);
    }

    /// <summary>Refuses a path where no file is.</summary>
    public static void Require(string path, string expected)
    {
        if (File.Exists(path)) return;
        throw new FileNotFoundException(Directory.Exists(path) ? $"{path}: this is a folder; {expected} was expected." : $"{path}: there is no such file; {expected} was expected.", path);
    }
}
