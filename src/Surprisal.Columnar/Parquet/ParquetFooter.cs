using System.Buffers.Binary;

namespace Surprisal.Columnar;

/// <summary>The ends of a Parquet file: PAR1, and at the other end the footer, its u32 length, and PAR1 again.</summary>
internal static class ParquetFooter
{
    private const int Magic = 4, Trailer = 8, Depth = 64;

    /// <summary>Checks both ends and the structure of the footer; the position where the footer begins.</summary>
    /// <exception cref="InvalidDataException">It is encrypted, cut off or damaged.</exception>
    public static long Check(FileBytes file, long memory)
    {
        if (file.Start.AsSpan().StartsWith("PARE"u8)) throw Encrypted(file);
        if (!file.Start.AsSpan().StartsWith("PAR1"u8)) throw file.Foreign();
        if (file.Length < Magic + Trailer) throw Wrong(file, $"ends at byte {file.Length} without a footer: it is cut off");
        var trailer = file.Read(file.Length - Trailer, Trailer);
        if (trailer.AsSpan(4).SequenceEqual("PARE"u8)) throw Encrypted(file);
        if (!trailer.AsSpan(4).SequenceEqual("PAR1"u8))
            throw Wrong(file, $"ends with {Convert.ToHexString(trailer.AsSpan(4))}; PAR1 was expected: it is cut off, or damaged");
        long length = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (length == 0 || length > file.Length - Magic - Trailer)
            throw Wrong(file, $"has a footer of {length} bytes, but {file.Length - Magic - Trailer} bytes before its length");
        if (length > Math.Min(memory, int.MaxValue))
            throw Wrong(file, $"has a footer of {ByteSize.Format(length)}, but {ByteSize.Format(memory)} of memory may be used (--memory)");
        var start = file.Length - Trailer - length;
        var reader = new ThriftReader(file.Read(start, (int)length));
        try
        {
            RequireTree(ThriftCheck.Read(ref reader, ThriftShape.Footer).Children);
        }
        catch (FormatException error)
        {
            throw Wrong(file, $"has a footer that is damaged at byte {start + reader.Position}: {error.Message}");
        }
        return start;
    }

    /// <summary>Each element of the schema says how many of those behind it are inside it.</summary>
    private static void RequireTree(List<long> children)
    {
        var open = new Stack<long>();
        foreach (var count in children)
        {
            if (count < 0) throw new FormatException($"a group of the schema has {count} fields");
            if (open.Count > 0) open.Push(open.Pop() - 1);
            if (count > 0) open.Push(count);
            while (open.Count > 0 && open.Peek() == 0) open.Pop();
            if (open.Count > Depth) throw new FormatException($"the schema is more than {Depth} deep");
        }
        if (open.Count > 0) throw new FormatException("the schema promises more fields than it has");
    }

    private static InvalidDataException Encrypted(FileBytes file) => Wrong(file, "is an encrypted Parquet file; a plain one was expected");

    private static InvalidDataException Wrong(FileBytes file, string what) => new($"{file.Path} {what}.");
}
