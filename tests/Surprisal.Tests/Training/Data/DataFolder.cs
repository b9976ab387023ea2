using System.Buffers.Binary;
using System.IO.Compression;

namespace Surprisal.Tests.Training;

/// <summary>A folder of a test's own, gone afterwards, and the bytes of small files to put there.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("surprisal").FullName;

    public string Write(string name, params ReadOnlySpan<byte> bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public static byte[] Idx(ReadOnlySpan<int> shape, params ReadOnlySpan<byte> elements)
    {
        var file = new byte[4 + 4 * shape.Length + elements.Length];
        (file[2], file[3]) = (0x08, (byte)shape.Length);
        for (var i = 0; i < shape.Length; i++) BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + 4 * i), shape[i]);
        elements.CopyTo(file.AsSpan(4 + 4 * shape.Length));
        return file;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
