namespace Surprisal.Cuda;

/// <summary>Which kernel takes logits of a shape, and how it is launched.</summary>
/// <param name="Kernel">Its name.</param>
/// <param name="PositionsOfABlock">How many positions a block takes.</param>
/// <param name="SharedBytes">What it needs of shared memory.</param>
internal readonly record struct ClassPlan(string Kernel, int PositionsOfABlock, int SharedBytes)
{
    public static ClassPlan Of(ElementType type, ClassVariant variant, int classes, int inner) => type.IsDouble
        ? Of<DoubleElement, F64>(variant, classes, inner)
        : Of<FloatElement, F32>(variant, classes, inner); // names and sizes are those of what is computed in

    private static ClassPlan Of<TElement, T>(ClassVariant variant, int classes, int inner)
        where TElement : struct, IElement<T> where T : struct, IRealFormat
    {
        if (inner > 1) return new(ClassColumns<TElement, T>.Name(variant, true), ClassColumns<TElement, T>.Threads, 0);
        if (classes <= LossBlocks.FewClasses)
            return new(ClassColumns<TElement, T>.Name(variant, false), ClassColumns<TElement, T>.Threads, ClassColumns<TElement, T>.SharedBytes(classes));
        var isResident = ClassRows<TElement, T>.IsResident(classes);
        return new(ClassRows<TElement, T>.Name(variant, isResident), ClassRows<TElement, T>.RowsOfABlock,
            isResident ? ClassRows<TElement, T>.SharedBytes(classes) : 0);
    }
}
