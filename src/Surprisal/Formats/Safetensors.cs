using System.Buffers.Binary;

namespace Surprisal;

/// <summary>Named tensors in a file that Python's safetensors reads and writes too.</summary>
/// <remarks>
/// Eight bytes with the length of the header, the header in JSON, the numbers. Nothing in such a file is ever executed.
/// Element types: F64, F32, F16, BF16, I64, I32, I16, I8, U8 (double, float, Half, BFloat16, long, int, short, sbyte, byte).
/// </remarks>
/// <example><code>
/// var path = System.IO.Path.GetTempFileName();
/// var tensors = new Dictionary&lt;string, Tensor> { ["x"] = Tensor.Create&lt;float>([1, 2]), ["n"] = Tensor.Scalar(3L) };
/// Safetensors.Write(path, tensors, new Dictionary&lt;string, string> { ["classes"] = "no yes" });
/// var (read, metadata) = Safetensors.Read(path);
/// Console.WriteLine(read["x"]);               // tensor([1., 2.])
/// Console.WriteLine(metadata["classes"]);     // no yes
/// System.IO.File.Delete(path);
/// </code></example>
public static class Safetensors
{
    /// <summary>Writes the file whole or not at all: under a temporary name beside it, then renamed over what was there.</summary>
    /// <param name="path">The file; what was there before is replaced.</param>
    /// <param name="tensors">The tensors and their names; of any rank, 0 and empty ones included.</param>
    /// <param name="metadata">Words to keep with them, such as the names of the classes; none by default.</param>
    /// <exception cref="ArgumentException">A tensor's element type is not one of the format's, or its name is
    /// <c>__metadata__</c>.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is unchanged.</exception>
    /// <remarks>The same tensors and metadata give the same bytes.</remarks>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var layout = SafetensorsHeader.Layout(tensors);
        var header = SafetensorsHeader.Format(layout, metadata);
        AtomicFile.Write(path, stream => Write(stream, tensors, layout, header));
    }

    /// <summary>Writes to a stream, which may not be able to seek; it stays open.</summary>
    /// <param name="stream">Where to write, from its present position on.</param>
    /// <param name="tensors">The tensors and their names; of any rank, 0 and empty ones included.</param>
    /// <param name="metadata">Words to keep with them; none by default.</param>
    /// <exception cref="ArgumentException">A tensor's element type is not one of the format's, or its name is <c>__metadata__</c>; nothing
    /// has been written.</exception>
    public static void Write(
        Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        var layout = SafetensorsHeader.Layout(tensors);
        Write(stream, tensors, layout, SafetensorsHeader.Format(layout, metadata));
    }

    /// <summary>Reads all tensors of a file and its metadata, which is empty where there is none.</summary>
    /// <param name="path">The file, of this library or any other that writes the format; it is closed afterwards.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds what tensors here cannot; the message names the file and the
    /// reason.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <remarks>The header is checked against the file's length before any memory is asked for.</remarks>
    public static SafetensorsContents Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return ReadAll(stream);
        }
        catch (InvalidDataException error)
        {
            var reason = KindOfOther(stream) is { } kind ? $"it is {kind}." : OneLine.Of(error.Message);
            throw new InvalidDataException($"{path} is not a valid safetensors file: {reason}", error.InnerException);
        }
    }

    /// <summary>Reads a stream that can seek, from its present position to its end; it stays open.</summary>
    /// <param name="stream">A file, or memory: <c>new MemoryStream(bytes)</c>.</param>
    /// <exception cref="ArgumentException">The stream cannot seek, so that its length is not known.</exception>
    /// <exception cref="InvalidDataException">What it holds is damaged, or tensors here cannot hold it; the message names the
    /// reason.</exception>
    public static SafetensorsContents Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new ArgumentException("the stream cannot seek, so its length is not known; copy it to a MemoryStream.", nameof(stream));
        try
        {
            return ReadAll(stream);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"the stream is no valid safetensors file: {OneLine.Of(error.Message)}",
                error.InnerException);
        }
    }

    private static void Write(
        Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyList<SafetensorsHeader.Entry> layout, byte[] header)
    {
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var entry in layout) SafetensorsElement.Of(entry).Write(tensors[entry.Name], stream);
    }

    private static SafetensorsContents ReadAll(Stream stream)
    {
        var (entries, metadata) = SafetensorsHeader.Parse(stream, stream.Length - stream.Position);
        var elements = entries.ConvertAll(static entry => (entry.Name, Element: SafetensorsElement.Of(entry), Shape: entry.TensorShape()));
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, element, shape) in elements) tensors.Add(name, element.Read(shape, stream));
        return new SafetensorsContents { Tensors = tensors, Metadata = metadata };
    }

    /// <summary>What the file is, if its first bytes name something else than what was expected.</summary>
    private static string? KindOfOther(FileStream stream)
    {
        stream.Position = 0;
        var start = FileSignature.ReadStart(stream, stackalloc byte[FileSignature.Length]);
        // A header that begins where it must is damaged, whatever the length before it happens to spell.
        return start is [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..] ? null : FileSignature.Kind(start);
    }
}
