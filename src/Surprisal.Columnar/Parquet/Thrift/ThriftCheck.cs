namespace Surprisal.Columnar;

/// <summary>Goes over a structure once: types as they are expected, lengths within the bytes, depth within reason.</summary>
internal sealed class ThriftCheck
{
    private const int Depth = 32, ChildrenField = 5;

    // Where a structure is: outermost, in a field of that, or deeper, where nobody asks for its numbers.
    private const int Outermost = 0, Deeper = -1;

    /// <summary>The whole numbers of the structure, those of a structure inside under (field, field inside).</summary>
    public Dictionary<(int Field, int Inner), long> Numbers { get; } = [];

    /// <summary>How many fields each element of a schema has inside it, in the order of the file.</summary>
    public List<long> Children { get; } = [];

    /// <summary>Checks a structure.</summary>
    /// <exception cref="FormatException">It is damaged, or of a kind that the decoder would misread.</exception>
    public static ThriftCheck Read(ref ThriftReader reader, ThriftShape shape)
    {
        var check = new ThriftCheck();
        check.Structure(ref reader, shape, Depth, Outermost);
        return check;
    }

    private void Structure(ref ThriftReader reader, ThriftShape? shape, int depth, int outer)
    {
        RequireDepth(depth);
        for (long field = 0; ;)
        {
            var head = reader.Byte();
            var type = (ThriftType)(head & 0x0F);
            if (head == 0) return; // the type 0 with a number is no end: the decoder goes by the number
            field = head >> 4 is > 0 and var step ? field + step : reader.Signed();
            if (field is < 0 or > short.MaxValue) throw new FormatException($"a field has the number {field}");
            var known = shape?.Find((int)field);
            if (known is { } expected && !IsSame(type, expected.Type))
                throw new FormatException($"field {field} is of another type than it should be");
            // The decoder passes a structure that it does not know as if nothing were in it.
            if (known is null && type == ThriftType.Struct && reader.Byte() != 0)
                throw new FormatException($"field {field} is a structure that is not known: the file is damaged, or of a newer Parquet");
            if (known is null && type == ThriftType.Struct) continue;
            Value(ref reader, type, known, depth, outer, (int)field);
        }
    }

    private void Value(ref ThriftReader reader, ThriftType type, ThriftField? known, int depth, int outer, int field)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                Keep(outer, field, type == ThriftType.True ? 1 : 0);
                break;
            case ThriftType.I8:
                reader.Pass(1);
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                var number = reader.Signed();
                if (type != ThriftType.I64 && number is < int.MinValue or > int.MaxValue)
                    throw new FormatException($"field {field} is {number}");
                Keep(outer, field, number);
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
                Structure(ref reader, known?.Structure, depth - 1, outer == Outermost ? field : Deeper);
                break;
            default:
                throw new FormatException($"field {field} is of the type {(int)type}, which is not known");
        }
    }

    private void List(ref ThriftReader reader, ThriftField? known, int depth, int field)
    {
        RequireDepth(depth);
        var head = reader.Byte();
        var item = (ThriftType)(head & 0x0F);
        var count = head >> 4;
        if (count == 15) count = reader.Length();
        if (count > reader.Left) reader.Pass(count);
        var isMisread = known is { } expected ? !IsSame(item, expected.Item)
            : item is ThriftType.True or ThriftType.False or ThriftType.Struct;
        if (count > 0 && isMisread)
            throw new FormatException($"field {field} is a list of another type than it should be");
        var isSchema = known?.Structure is { } structure && structure == ThriftShape.SchemaElement;
        for (var i = 0; i < count; i++)
            if (isSchema) Children.Add(Read(ref reader, ThriftShape.SchemaElement).Numbers.GetValueOrDefault((ChildrenField, 0)));
            else Value(ref reader, item, known, depth - 1, Deeper, field);
    }

    private void Keep(int outer, int field, long number)
    {
        if (outer != Deeper) Numbers[outer == Outermost ? (field, 0) : (outer, field)] = number;
    }

    /// <summary>Whoever follows lists of lists of lists runs out of stack.</summary>
    private static void RequireDepth(int depth)
    {
        if (depth <= 0) throw new FormatException($"structures are more than {Depth} deep");
    }

    private static bool IsSame(ThriftType found, ThriftType expected) =>
        found == expected || (expected == ThriftType.True && found == ThriftType.False);
}
