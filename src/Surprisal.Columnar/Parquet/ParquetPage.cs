namespace Surprisal.Columnar;

/// <summary>What stands before the data of a page.</summary>
/// <param name="numbers">The whole numbers of the header, by field and field inside.</param>
/// <param name="start">The position of its data.</param>
internal sealed class ParquetPage(Dictionary<(int Field, int Inner), long> numbers, long start)
{
    public const int Data = 0, Dictionary = 2, DataV2 = 3;

    public long Start => start;

    public long Kind => Number(1);

    /// <summary>The size of its data once it is decompressed.</summary>
    public long Size => Number(2);

    public long CompressedSize => Number(3);

    /// <summary>The CRC-32 of its data as they lie there; null where the writer left it out.</summary>
    public uint? Checksum => numbers.TryGetValue((4, 0), out var crc) ? (uint)(int)crc : null;

    /// <summary>How many values it has, nulls among them.</summary>
    public long Values => Number(Header, 1);

    public long Encoding => Number(Header, Kind == DataV2 ? 4 : 2);

    /// <summary>The levels of a page of version 2, which are never compressed.</summary>
    public long LevelBytes => Kind == DataV2 ? Number(8, 5) + Number(8, 6) : 0;

    /// <summary>Whether what is behind the levels is compressed, where the column is.</summary>
    public bool IsCompressed => Kind != DataV2 || Number(8, 7, otherwise: 1) != 0;

    private int Header => Kind switch { Data => 5, Dictionary => 7, _ => 8 };

    private long Number(int field, int inner = 0, long otherwise = 0) =>
        numbers.TryGetValue((field, inner), out var number) ? number : otherwise;
}
