namespace Surprisal.Cuda;

/// <summary>Which kernel takes logits of a shape, and how it is launched.</summary>
/// <param name="Kernel">Its name.</param>
/// <param name="PositionsOfABlock">How many positions a block takes.</param>
/// <param name="SharedBytes">What it needs of shared memory.</param>
internal readonly record struct ClassPlan(string Kernel, int PositionsOfABlock, int SharedBytes)
{
    public static ClassPlan Of(ElementType type, ClassVariant variant, int classes, int inner, int maxShared) => type.IsDouble
        ? Of<DoubleElement, F64>(variant, classes, inner, maxShared)
        : Of<FloatElement, F32>(variant, classes, inner, maxShared); // names and sizes are those of what is computed in

    private static ClassPlan Of<TElement, T>(ClassVariant variant, int classes, int inner, int maxShared)
        where TElement : struct, IElement<T> where T : struct, IRealFormat
    {
        if (LossBlocks.UsesColumns(classes, inner))
        {
            var shared = ClassColumns<TElement, T>.SharedBytes(classes);
            var isStrided = inner > 1 || shared > maxShared; // rows that do not fit are read where they lie
            return new(ClassColumns<TElement, T>.Name(variant, isStrided), ClassColumns<TElement, T>.Threads, isStrided ? 0 : shared);
        }
        var isResident = ClassRows<TElement, T>.SharedBytes(classes) <= Math.Min(maxShared, ClassRows<TElement, T>.MaxShared);
        return new(ClassRows<TElement, T>.Name(variant, isResident), ClassRows<TElement, T>.RowsOfABlock,
            isResident ? ClassRows<TElement, T>.SharedBytes(classes) : 0);
    }
}
