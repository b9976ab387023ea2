using Parquet.Meta;

namespace Surprisal.Columnar;

/// <summary>Where the pages of a column in a row group are.</summary>
/// <param name="Start">The position of the first page.</param>
/// <param name="End">Where the last one ends, at most.</param>
/// <param name="Values">How many values they have, nulls among them.</param>
/// <param name="Codec">How they are compressed.</param>
/// <param name="IsList">Whether the values are those of lists.</param>
/// <param name="CanBeNull">Whether values, or lists of them, can be null, so that each has a level that says whether it is there.</param>
/// <param name="IsBoolean">Whether the values are bits.</param>
/// <param name="Name">The column, as messages name it, with its file.</param>
internal sealed record ParquetChunk(long Start, long End, long Values, CompressionCodec Codec, bool IsList, bool CanBeNull, bool IsBoolean,
    string Name)
{
    /// <summary>From what the footer says; pages lie between the file's first 4 bytes and its footer.</summary>
    /// <exception cref="InvalidDataException">They do not.</exception>
    public static ParquetChunk Of(ColumnMetaData data, long footer, bool isList, bool canBeNull, bool isBoolean, string name)
    {
        // The first of the offsets that are there: writers disagree on which one they mean.
        var start = new[] { data.DictionaryPageOffset ?? 0, data.DataPageOffset, data.IndexPageOffset ?? 0 }.Where(static at => at != 0)
            .DefaultIfEmpty(-1).Min();
        if (start < 4 || data.TotalCompressedSize < 0 || data.TotalCompressedSize > footer - start)
            throw new InvalidDataException(
                $"{name}: {data.TotalCompressedSize} bytes of pages from byte {start} on are not all there; they end at byte {footer}.");
        if (data.NumValues is < 0 or > int.MaxValue)
            throw new InvalidDataException($"{name} has {data.NumValues} values in a group; {int.MaxValue} at most are read.");
        return new ParquetChunk(start, start + data.TotalCompressedSize, data.NumValues, data.Codec, isList, canBeNull, isBoolean,
            name);
    }
}
