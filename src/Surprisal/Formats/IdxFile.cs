using System.Buffers.Binary;
using System.IO.Compression;

namespace Surprisal;

/// <summary>
/// An array of bytes in the IDX format (LeCun's MNIST page): 0 0 type rank, a big-endian uint32 for each dimension, the elements. Plain or
/// gzip.
/// </summary>
internal sealed class IdxFile
{
    // Deflate cannot shrink by more than this factor, so a header that promises more lies.
    internal const int MaxExpansion = 1032;

    /// <summary>A gzip member that holds nothing: header, an empty block, checksum 0, length 0.</summary>
    private static readonly byte[] EmptyGzip = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly byte type;

    private IdxFile(TensorShape shape, byte[] data, byte type) => (Shape, Data, this.type) = (shape, data, type);

    public TensorShape Shape { get; }

    /// <summary>The elements as they stand in the file.</summary>
    public byte[] Data { get; }

    /// <summary>The elements as whole numbers.</summary>
    public long[] Integers => type switch
    {
        0x08 => Array.ConvertAll(Data, static value => (long)value),
        0x09 => Array.ConvertAll(Data, static value => (long)(sbyte)value),
        0x0B => [.. Enumerable.Range(0, Data.Length / 2).Select(i => (long)BinaryPrimitives.ReadInt16BigEndian(Data.AsSpan(2 * i)))],
        _ => [.. Enumerable.Range(0, Data.Length / 4).Select(i => (long)BinaryPrimitives.ReadInt32BigEndian(Data.AsSpan(4 * i)))],
    };

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not IDX, holds another type than bytes, or has fewer or more bytes than its
    /// header promises.</exception>
    public static IdxFile Read(string path, bool integers = false)
    {
        using var file = FileSignature.Open(path, "an IDX file");
        return Read(file, path, integers);
    }

    /// <summary>
    /// Reads from a stream that can seek; <paramref name="name"/> stands in the messages. Bytes alone, unless any
    /// <paramref name="integers"/> are wanted.
    /// </summary>
    public static IdxFile Read(Stream stream, string name, bool integers = false)
    {
        Span<byte> magic = stackalloc byte[2];
        var isGzip = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
        stream.Position = 0;
        if (!isGzip) return Parse(stream, name, stream.Length, isGzip, integers);
        try
        {
            // The base library's gzip stream does not mind when checksum and length at the end are missing. An empty member behind the file
            // mends that: it is read as one where the file is whole, and as the missing checksum, a wrong one, where it was cut.
            using var decompressed = new GZipStream(new ConcatenatedStream(stream, EmptyGzip), CompressionMode.Decompress);
            return Parse(decompressed, name, stream.Length, isGzip, integers);
        }
        catch (Exception error)
            when (error is IOException or InvalidDataException && !error.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{name}: the gzip data is damaged or cut off.", error);
        }
    }

    private static IdxFile Parse(Stream stream, string name, long length, bool isGzip, bool integers)
    {
        Span<byte> header = stackalloc byte[4 + 4 * 4];
        var start = header[..stream.ReadAtLeast(header[..4], 4, throwOnEndOfStream: false)];
        if (start is not [0, 0, _, _])
            throw new InvalidDataException($"{name}: not an IDX file{(isGzip ? " inside the gzip data" : "")}, which begins with 00 00, " +
                $"an element type and a rank: {FileSignature.Describe(start)}.");
        var type = start[2];
        if (type != 0x08 && !(integers && type is 0x09 or 0x0B or 0x0C))
            throw new InvalidDataException($"{name}: the IDX elements have type {TypeName(type)}; " +
                $"only {(integers ? "whole numbers are" : "0x08 (unsigned byte) is")} read.");
        var width = type switch { 0x0B => 2, 0x0C => 4, _ => 1 };
        int rank = start[3];
        if (rank is < 1 or > 4)
            throw new InvalidDataException($"{name}: the IDX header gives {rank} dimensions; 1 to 4 were expected.");

        var dimensions = header.Slice(4, 4 * rank);
        var got = stream.ReadAtLeast(dimensions, dimensions.Length, throwOnEndOfStream: false);
        if (got < dimensions.Length)
            throw new InvalidDataException(
                $"{name}: truncated: an IDX header of {rank} dimensions has {4 + dimensions.Length} bytes, but only {4 + got} are there.");
        var shape = ParseShape(dimensions, width, name);
        var (promised, text) = (Surprisal.Shape.Length(shape) * width, string.Join(" x ", shape) + (width > 1 ? $" x {width}" : ""));

        var available = isGzip ? length * MaxExpansion : length - 4 - dimensions.Length;
        if (isGzip && promised > available)
            throw new InvalidDataException(
                $"{name}: the header promises {text} = {promised} bytes, more than {length} bytes of gzip data can hold.");
        if (!isGzip && available != promised)
            throw new InvalidDataException(Mismatch(name, text, promised, available, $"{available - promised}"));

        var data = GC.AllocateUninitializedArray<byte>(promised);
        got = stream.ReadAtLeast(data, promised, throwOnEndOfStream: false);
        // Reading past the end also makes the gzip stream compare its checksum.
        if (got < promised || stream.ReadByte() >= 0)
            throw new InvalidDataException(Mismatch(name, text, promised, got, "more"));
        return new IdxFile(shape, data, type);
    }

    private static int[] ParseShape(ReadOnlySpan<byte> dimensions, int width, string name)
    {
        var shape = new int[dimensions.Length / 4];
        var product = (UInt128)width;
        for (var i = 0; i < shape.Length; i++)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(dimensions[(4 * i)..]);
            if (size == 0)
                throw new InvalidDataException($"{name}: dimension {i} of the IDX header is 0; every dimension must be at least 1.");
            product *= size;
            if (product > (UInt128)Array.MaxLength)
                throw new InvalidDataException(
                    $"{name}: the IDX header promises {product} or more bytes; at most {Array.MaxLength} are read.");
            shape[i] = (int)size;
        }
        return shape;
    }

    private static string Mismatch(string name, string shape, int promised, long got, string trailing) => got < promised
        ? $"{name}: truncated: the header promises {shape} = {promised} bytes, but only {got} are there."
        : $"{name}: trailing bytes: the header promises {shape} = {promised} bytes, but {trailing} follow them.";

    private static string TypeName(byte type) => type switch
    {
        0x09 => "0x09 (signed byte)",
        0x0B => "0x0B (short)",
        0x0C => "0x0C (int)",
        0x0D => "0x0D (float)",
        0x0E => "0x0E (double)",
        _ => $"0x{type:X2} (unknown)",
    };
}
