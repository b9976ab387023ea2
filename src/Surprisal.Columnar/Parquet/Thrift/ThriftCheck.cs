namespace Surprisal.Columnar;

/// <summary>Goes over a structure once: types as they are expected, lengths within the bytes, depth within reason.</summary>
internal static class ThriftCheck
{
    private const int Depth = 32;

    /// <summary>Checks a structure and returns its whole numbers, those of a structure inside under (field, field inside).</summary>
    /// <exception cref="FormatException">It is damaged, or of a kind that the decoder would misread.</exception>
    public static Dictionary<(int Field, int Inner), long> Read(ref ThriftReader reader, ThriftShape shape)
    {
        var numbers = new Dictionary<(int, int), long>();
        Structure(ref reader, shape, Depth, numbers, 0);
        return numbers;
    }

    private static void Structure(ref ThriftReader reader, ThriftShape? shape, int depth, Dictionary<(int, int), long>? numbers, int outer)
    {
        if (depth == 0) throw new FormatException($"structures are more than {Depth} deep");
        for (long field = 0; ;)
        {
            var head = reader.Byte();
            var type = (ThriftType)(head & 0x0F);
            if (type == ThriftType.Stop) return;
            field = head >> 4 is > 0 and var step ? field + step : reader.Signed();
            if (field is < 0 or > short.MaxValue) throw new FormatException($"a field has the number {field}");
            var known = shape?.Find((int)field);
            if (known is { } expected && !IsSame(type, expected.Type))
                throw new FormatException($"field {field} is of another type than it should be");
            // The decoder passes a structure that it does not know as if nothing were in it.
            if (known is null && type == ThriftType.Struct && reader.Byte() != 0)
                throw new FormatException($"field {field} is a structure that is not known: the file is damaged, or of a newer Parquet");
            if (known is null && type == ThriftType.Struct) continue;
            Value(ref reader, type, known, depth, numbers, outer, (int)field);
        }
    }

    private static void Value(
        ref ThriftReader reader, ThriftType type, ThriftField? known, int depth,
        Dictionary<(int, int), long>? numbers, int outer, int field)
    {
        var key = outer == 0 ? (field, 0) : (outer, field);
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                if (numbers is not null) numbers[key] = type == ThriftType.True ? 1 : 0;
                break;
            case ThriftType.I8:
                reader.Pass(1);
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                var number = reader.Signed();
                if (type != ThriftType.I64 && number is < int.MinValue or > int.MaxValue)
                    throw new FormatException($"field {field} is {number}");
                if (numbers is not null) numbers[key] = number;
                break;
            case ThriftType.Double:
                reader.Pass(8);
                break;
            case ThriftType.Binary:
                reader.Pass(reader.Length());
                break;
            case ThriftType.List:
                List(ref reader, known, depth, field);
                break;
            case ThriftType.Struct:
                Structure(ref reader, known?.Structure, depth - 1, outer == 0 ? numbers : null, field);
                break;
            default:
                throw new FormatException($"field {field} is of the type {(int)type}, which is not known");
        }
    }

    private static void List(ref ThriftReader reader, ThriftField? known, int depth, int field)
    {
        var head = reader.Byte();
        var item = (ThriftType)(head & 0x0F);
        var count = head >> 4;
        if (count == 15) count = reader.Length();
        if (count > reader.Left) reader.Pass(count);
        var isMisread = known is { } expected ? !IsSame(item, expected.Item)
            : item is ThriftType.True or ThriftType.False or ThriftType.Struct;
        if (count > 0 && isMisread)
            throw new FormatException($"field {field} is a list of another type than it should be");
        for (var i = 0; i < count; i++) Value(ref reader, item, known, depth - 1, null, 0, field);
    }

    private static bool IsSame(ThriftType found, ThriftType expected) =>
        found == expected || (expected == ThriftType.True && found == ThriftType.False);
}
