namespace Surprisal;

/// <summary>A member of a ZIP archive as its central directory has it.</summary>
internal sealed record ZipEntry(string Name, int Flags, int Method, uint Checksum, long CompressedSize, long Size, long Offset)
{
    private const string Extension = ".npy";

    public bool IsArray => Name.EndsWith(Extension, StringComparison.Ordinal) && Name.Length > Extension.Length;

    /// <summary>The name that NumPy gives the array.</summary>
    public string ArrayName => Name[..^Extension.Length];

    public bool IsEncrypted => (Flags & 0x2041) != 0;

    /// <summary>Whether the sizes stand behind the data, because the writer did not know them before.</summary>
    public bool HasDescriptor => (Flags & 8) != 0;

    public bool IsDeflated => Method == 8;

    public string MethodName => Method switch
    {
        9 => "deflate64",
        12 => "bzip2",
        14 => "lzma",
        20 or 93 => "zstd",
        95 => "xz",
        _ => $"method {Method}",
    };
}
