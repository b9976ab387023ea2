using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Surprisal.Columnar;

/// <summary>Where the values of a row begin and end: offsets of 4 bytes, or of 8 where the type is a large one.</summary>
internal static class ArrowOffsets
{
    /// <summary>Where the values of a row begin; of the row behind the last one, where all end.</summary>
    /// <exception cref="FormatException">There is no such offset.</exception>
    public static long Of(ArrayData data, long row)
    {
        var bytes = data.Buffers[1].Span;
        var at = data.Offset + row;
        var isLarge = data.DataType.TypeId is ArrowTypeId.LargeList or ArrowTypeId.LargeString;
        if (at >= bytes.Length / (isLarge ? 8 : 4)) throw new FormatException($"there is no offset of row {row}");
        return isLarge ? MemoryMarshal.Cast<byte, long>(bytes)[(int)at] : MemoryMarshal.Cast<byte, int>(bytes)[(int)at];
    }

    /// <summary>How many values a row has.</summary>
    public static long LengthOf(ArrayData data, long row) => Of(data, row + 1) - Of(data, row);
}
