using System.Buffers.Binary;

namespace Surprisal;

/// <summary>
/// What stands before the numbers of a .npy file: 93 'NUMPY', major and minor version, the length of the header (two bytes in version 1.0,
/// four in 2.0 and 3.0), the header as a literal of Python.
/// </summary>
/// <remarks>After <c>numpy/lib/format.py</c>. Nothing is padded that a reader may rely on.</remarks>
internal sealed record NpyHeader(StoredType Type, bool IsSwapped, bool IsFortran, long[] Shape, long Start)
{
    /// <summary>NumPy's own limit, which it puts up against headers made to be slow.</summary>
    public const int MaxBytes = 10_000;

    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the header, and compares what it promises with the bytes that are there.</summary>
    /// <exception cref="InvalidDataException">It is none, or promises other bytes than there are.</exception>
    public static NpyHeader Read(ArrayBytes bytes, string name)
    {
        var (start, length, version) = ReadPrefix(bytes, name);
        Require(bytes, name, start + length);
        var text = new byte[length];
        bytes.Read(start, text);
        var (description, isFortran, shape) = new NpyLiteral(text, start, name, allowsLong: version < 3).Parse();
        var (type, isSwapped) = NpyDescription.Parse(description, name);
        var header = new NpyHeader(type, isSwapped, isFortran, shape, start + length);
        var size = StoredShape.Bytes(shape, type.Bits)
            ?? throw new InvalidDataException($"{name}: the header promises {StoredShape.Format(shape)}, more bytes than any file has.");
        if (long.MaxValue - header.Start < size || bytes.Length - header.Start is { } there && there != size)
            throw new InvalidDataException(Mismatch(name, header, size, bytes.Length - header.Start ?? 0));
        return header;
    }

    private static (int Start, int Length, int Version) ReadPrefix(ArrayBytes bytes, string name)
    {
        Span<byte> buffer = stackalloc byte[12];
        var prefix = buffer[..(int)Math.Min(8, bytes.Length ?? 8)];
        bytes.Read(0, prefix);
        if (!prefix.StartsWith(Magic))
            throw new InvalidDataException($"{name} is no array of NumPy (.npy): {FileSignature.Describe(prefix)}.");
        Require(bytes, name, 8);
        var version = prefix[6];
        if (version is not (1 or 2 or 3) || prefix[7] != 0)
            throw new InvalidDataException($"{name}: the .npy format has version {prefix[6]}.{prefix[7]}; 1.0, 2.0 or 3.0 was expected.");
        var start = version == 1 ? 10 : 12;
        Require(bytes, name, start);
        var field = buffer[8..start];
        bytes.Read(8, field);
        var length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(field) : BinaryPrimitives.ReadUInt32LittleEndian(field);
        if (length > MaxBytes)
            throw new InvalidDataException($"{name}: the header of the array claims {length} bytes; at most {MaxBytes} are read.");
        return (start, (int)length, version);
    }

    private static void Require(ArrayBytes bytes, string name, int end)
    {
        if (bytes.Length < end)
            throw new InvalidDataException(
                $"{name}: the header of the array goes to byte {end}, but there are {bytes.Length} bytes: it is cut off.");
    }

    private static string Mismatch(string name, NpyHeader header, long size, long there)
    {
        var array = $"{header.Type} {StoredShape.Format(header.Shape)}";
        var promise = $"{name}: the header promises {array}, {size} bytes from byte {header.Start} on, but ";
        return there < size
            ? $"{promise}{there} are there: it is cut off."
            : $"{promise}{there} are there: {there - size} from byte {header.Start + size} on belong to nothing; one array a file was " +
                "expected.";
    }
}
