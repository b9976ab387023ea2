using Microsoft.Win32.SafeHandles;

namespace Surprisal.Columnar;

/// <summary>The bytes of an open file, read by position; counts what was read, so that a watcher sees progress.</summary>
internal sealed class FileBytes : IDisposable
{
    private const string Expected = "an Arrow file or stream, or a Parquet file";

    private readonly FileStream stream;
    private readonly SafeFileHandle handle;
    private long progress;

    private FileBytes(string path)
    {
        Path = path;
        stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (!stream.CanSeek)
        {
            stream.Dispose();
            throw new InvalidDataException($"{path} is a pipe, and columns are read by position; a file was expected.");
        }
        (handle, Length) = (stream.SafeFileHandle, stream.Length);
        Start = FileSignature.ReadStart(stream, new byte[FileSignature.Length]).ToArray();
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>The first bytes, enough for <see cref="FileSignature"/>.</summary>
    public byte[] Start { get; }

    /// <summary>How many bytes were read; more of them mean that the reading goes on.</summary>
    public long Progress => Interlocked.Read(ref progress);

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static FileBytes Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileSignature.Require(path, Expected);
        return new FileBytes(path);
    }

    /// <summary>What the file is, where neither format claims it.</summary>
    public InvalidDataException Foreign() =>
        new($"{Path}: {FileSignature.Describe(Start)}; {Expected} was expected.");

    /// <summary>Fills a span from a position on.</summary>
    public void Read(long position, Span<byte> span)
    {
        for (int count; !span.IsEmpty; position += count, span = span[count..])
        {
            count = RandomAccess.Read(handle, span, position);
            if (count == 0)
                throw new InvalidDataException($"{Path} ends at byte {position}, but had {Length} when it was opened: it was changed.");
            Interlocked.Add(ref progress, count);
        }
    }

    /// <summary>So many bytes, which the caller has compared with the length of the file.</summary>
    public byte[] Read(long position, int count)
    {
        var bytes = new byte[count];
        Read(position, bytes.AsSpan());
        return bytes;
    }

    public void Dispose() => stream.Dispose();
}
