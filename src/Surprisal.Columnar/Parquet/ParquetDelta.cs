using System.Buffers.Binary;

namespace Surprisal.Columnar;

/// <summary>
/// What stands before numbers that are kept as differences (DELTA_BINARY_PACKED, and the lengths of the two encodings made of it): the
/// decoder takes memory for a block as large as it says.
/// </summary>
internal static class ParquetDelta
{
    /// <summary>Writers make blocks of 128 to 2048 numbers.</summary>
    private const ulong LargestBlock = 1 << 16;

    /// <summary>What is wrong with the head of a page's data; null where nothing is.</summary>
    /// <param name="data">The data, decompressed.</param>
    /// <param name="levels">How many kinds of levels stand before them, each behind its length.</param>
    /// <param name="values">How many values the page has, nulls among them.</param>
    public static string? Complaint(ReadOnlySpan<byte> data, int levels, long values)
    {
        for (; levels > 0; levels--)
        {
            var length = data.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(data);
            if (length < 0 || length > data.Length - sizeof(int)) return $"has levels of {length} bytes in {data.Length}";
            data = data[(sizeof(int) + length)..];
        }
        if (data.IsEmpty) return null; // nulls alone
        var reader = new ThriftReader(data);
        try
        {
            var (block, parts, count) = (reader.Varint(), reader.Varint(), reader.Varint());
            if (block is 0 or > LargestBlock || parts is 0 || parts > block || count > (ulong)values)
                return $"says that {count} differences are in blocks of {block} in {parts} parts; at most {LargestBlock} a block were " +
                    $"expected, and {values} in all: it is damaged";
        }
        catch (FormatException)
        {
            return "ends within the head of its differences: it is damaged";
        }
        return null;
    }
}
