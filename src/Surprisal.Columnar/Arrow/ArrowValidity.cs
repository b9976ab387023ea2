using Apache.Arrow;

namespace Surprisal.Columnar;

/// <summary>Where a column is null, by its bits alone.</summary>
internal static class ArrowValidity
{
    /// <summary>The first null among so many values, counted from the first; -1 where there is none.</summary>
    /// <exception cref="FormatException">There are fewer bits than values.</exception>
    public static long FirstNull(ArrayData data, long first, long count)
    {
        var bits = data.Buffers[0].Span;
        if (bits.IsEmpty)
            return data.NullCount > 0 ? throw new FormatException($"{data.NullCount} values are null, and nothing says which") : -1;
        if (bits.Length < (data.Offset + first + count + 7) / 8)
            throw new FormatException($"{bits.Length} bytes say which of {first + count} values are null");
        return ArrowBits.FirstZero(bits, data.Offset + first, count);
    }
}
