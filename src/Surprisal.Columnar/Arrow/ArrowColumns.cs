using Apache.Arrow;
using Apache.Arrow.Types;

namespace Surprisal.Columnar;

/// <summary>What the columns of an Arrow schema hold.</summary>
internal static class ArrowColumns
{
    public static IReadOnlyList<Column> Of(Schema schema) => [.. schema.FieldsList.Select(Of)];

    /// <summary>The type of the numbers that a type of Arrow holds; null where it holds none.</summary>
    public static StoredType? Numbers(IArrowType type) => type.TypeId switch
    {
        ArrowTypeId.HalfFloat => StoredType.Of<Half>(),
        ArrowTypeId.Float => StoredType.Of<float>(),
        ArrowTypeId.Double => StoredType.Of<double>(),
        ArrowTypeId.Int8 => StoredType.Of<sbyte>(),
        ArrowTypeId.Int16 => StoredType.Of<short>(),
        ArrowTypeId.Int32 => StoredType.Of<int>(),
        ArrowTypeId.Int64 => StoredType.Of<long>(),
        ArrowTypeId.UInt8 => StoredType.Of<byte>(),
        ArrowTypeId.UInt16 => StoredType.Of<ushort>(),
        ArrowTypeId.UInt32 => StoredType.Of<uint>(),
        ArrowTypeId.UInt64 => StoredType.Of<ulong>(),
        ArrowTypeId.Boolean => StoredType.Boolean,
        _ => null,
    };

    private static Column Of(Field field, int index)
    {
        var type = field.DataType;
        if (Numbers(type) is { } numbers) return new(field.Name, index, ColumnKind.Numbers, numbers, numbers.Name);
        if (type is FixedSizeListType or ListType or LargeListType && Numbers(((NestedType)type).Fields[0].DataType) is { } items)
            return new(field.Name, index, ColumnKind.Lists, items, $"lists of {items}");
        if (IsText(type)) return new(field.Name, index, ColumnKind.Text, null, "text");
        if (type is DictionaryType dictionary)
            return IsText(dictionary.ValueType)
                ? new(field.Name, index, ColumnKind.Text, null, "text by a dictionary")
                : new(field.Name, index, ColumnKind.Other, null, $"a dictionary of {dictionary.ValueType.Name}");
        return new(field.Name, index, ColumnKind.Other, null, type.Name);
    }

    private static bool IsText(IArrowType type) => type.TypeId is ArrowTypeId.String or ArrowTypeId.LargeString or ArrowTypeId.StringView;
}
