using Microsoft.Win32.SafeHandles;

namespace Surprisal;

/// <summary>A file that is open to be read by position, with its first bytes; or a pipe, which is read in order.</summary>
internal sealed class OpenedFile : IDisposable
{
    private readonly FileStream stream;
    private readonly SafeFileHandle handle;
    private readonly byte[] start = [];

    private OpenedFile(string path)
    {
        Path = path;
        stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        (handle, CanSeek) = (stream.SafeFileHandle, stream.CanSeek);
        if (!CanSeek) return;
        Length = RandomAccess.GetLength(handle);
        var buffer = new byte[FileSignature.Length];
        start = buffer[..RandomAccess.Read(handle, buffer, 0)];
    }

    public string Path { get; }

    /// <summary>Whether it can be read by position: everything but a pipe or a terminal.</summary>
    public bool CanSeek { get; }

    public long Length { get; }

    /// <summary>The first bytes, enough for <see cref="FileSignature"/>.</summary>
    public ReadOnlySpan<byte> Start => start;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static OpenedFile Open(string path, string expected)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileSignature.Require(path, expected);
        return new OpenedFile(path);
    }

    /// <summary>The bytes of a part of it, or of all.</summary>
    public FileRegion Region(long first = 0, long? length = null, string? name = null) =>
        new(handle, name ?? Path, first, length ?? Length - first);

    /// <summary>Its bytes in order.</summary>
    public Stream Stream() => stream;

    public void Dispose() => stream.Dispose();
}
