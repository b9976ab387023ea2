using Parquet.Meta;
using Parquet.Schema;

namespace Surprisal.Columnar;

/// <summary>What the columns of a Parquet schema hold.</summary>
internal static class ParquetColumns
{
    /// <param name="schema">The schema, as the decoder reads it.</param>
    /// <param name="halves">The fields of half precision, which come as bytes.</param>
    public static IReadOnlyList<Column> Of(ParquetSchema schema, IReadOnlySet<SchemaElement> halves) =>
        [.. schema.Fields.Select((field, index) => Of(field, index, halves))];

    /// <summary>The field with the numbers of a column: itself, or the only one inside a list.</summary>
    public static DataField? Leaf(Field field) => field switch
    {
        DataField leaf => leaf,
        ListField { Item: DataField leaf } => leaf,
        _ => null,
    };

    private static Column Of(Field field, int index, IReadOnlySet<SchemaElement> halves)
    {
        var leaf = Leaf(field);
        // Times and decimals come as numbers of other types.
        var numbers = leaf?.GetType() == typeof(DataField) || leaf?.GetType().IsGenericType == true ? Numbers(leaf.ClrType) : null;
        if (leaf?.SchemaElement is { } element && halves.Contains(element)) numbers = StoredType.Of<Half>();
        if (leaf is { MaxRepetitionLevel: 0 } && numbers is not null)
            return new(field.Name, index, ColumnKind.Numbers, numbers, numbers.Name);
        if (leaf is { MaxRepetitionLevel: 1 } && numbers is not null)
            return new(field.Name, index, ColumnKind.Lists, numbers, $"lists of {numbers}");
        if (leaf is { MaxRepetitionLevel: 0 } && leaf.ClrType == typeof(ReadOnlyMemory<char>))
            return new(field.Name, index, ColumnKind.Text, null, "text");
        return new(field.Name, index, ColumnKind.Other, null, leaf is { MaxRepetitionLevel: 0 } ? Words(leaf.ClrType)
            : $"a {field.SchemaType.ToString().ToLowerInvariant()} of what is no number");
    }

    private static string Words(System.Type type) =>
        type == typeof(ReadOnlyMemory<byte>) ? "bytes" : type == typeof(DateTime) ? "times" : $"values of {type.Name}";

    private static StoredType? Numbers(System.Type type) =>
        type == typeof(bool) ? StoredType.Boolean
        : type == typeof(float) ? StoredType.Of<float>()
        : type == typeof(double) ? StoredType.Of<double>()
        : type == typeof(sbyte) ? StoredType.Of<sbyte>()
        : type == typeof(short) ? StoredType.Of<short>()
        : type == typeof(int) ? StoredType.Of<int>()
        : type == typeof(long) ? StoredType.Of<long>()
        : type == typeof(byte) ? StoredType.Of<byte>()
        : type == typeof(ushort) ? StoredType.Of<ushort>()
        : type == typeof(uint) ? StoredType.Of<uint>()
        : type == typeof(ulong) ? StoredType.Of<ulong>()
        : null;
}
