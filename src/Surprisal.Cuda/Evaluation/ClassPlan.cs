namespace Surprisal.Cuda;

/// <summary>Which layout takes logits [samples, classes, inner], and how it is launched.</summary>
/// <param name="Layout">The first words of the kernel's name.</param>
/// <param name="PositionsOfABlock">How many positions a block takes.</param>
/// <param name="SharedBytes">What it needs of shared memory.</param>
internal readonly record struct ClassPlan(string Layout, int PositionsOfABlock, int SharedBytes)
{
    /// <summary>A thread a row, through shared memory.</summary>
    public const string ColumnRows = "columns_rows";

    /// <summary>A thread a position, whose classes are apart or do not fit.</summary>
    public const string ColumnStrided = "columns_strided";

    /// <summary>As many threads a row as there are lanes, in shared memory between the passes.</summary>
    public const string RowsResident = "rows_resident";

    /// <summary>The same for rows that do not fit.</summary>
    public const string RowsStreamed = "rows_streamed";

    public static string Name(string layout, ClassVariant variant) => $"{layout}_{variant.ToString().ToLowerInvariant()}";

    public static ClassPlan Of(ElementType type, int classes, int inner, int maxShared) => type.IsDouble
        ? Of<DoubleElement, F64>(classes, inner, maxShared)
        : Of<FloatElement, F32>(classes, inner, maxShared); // sizes are those of what is computed in

    private static ClassPlan Of<TElement, T>(int classes, int inner, int maxShared)
        where TElement : struct, IElement<T>
        where T : struct, IRealFormat
    {
        if (LossBlocks.UsesColumns(classes, inner))
        {
            var shared = RowTile<TElement, T>.Bytes(classes);
            return inner > 1 || shared > maxShared // rows that do not fit are read where they lie
                ? new(ColumnStrided, RowTile<TElement, T>.Rows, 0)
                : new(ColumnRows, RowTile<TElement, T>.Rows, shared);
        }
        var bytes = RowSlots<TElement, T>.SharedBytes(classes);
        var isResident = bytes <= Math.Min(maxShared, RowSlots<TElement, T>.MaxShared);
        return new(isResident ? RowsResident : RowsStreamed, RowSlots<TElement, T>.RowsOfABlock, isResident ? bytes : 0);
    }
}
