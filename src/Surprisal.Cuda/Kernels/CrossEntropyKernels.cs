namespace Surprisal.Cuda;

/// <summary>The kernels of cross-entropy for one element type.</summary>
internal static class CrossEntropyKernels
{
    public static readonly IReadOnlyList<PtxModule> Modules =
        [Of<FloatElement, F32>(), Of<DoubleElement, F64>(), Of<HalfElement, F32>(), Of<BFloat16Element, F32>()];

    private static PtxModule Of<TElement, T>() where TElement : struct, IElement<T> where T : struct, IRealFormat => new(
        $"cross_entropy_{TElement.Name}",
        [.. from variant in Enum.GetValues<ClassVariant>()
            from kernel in (PtxKernel[])[ClassColumns<TElement, T>.Kernel(variant, false), ClassColumns<TElement, T>.Kernel(variant, true),
                ClassRows<TElement, T>.Kernel(variant, false), ClassRows<TElement, T>.Kernel(variant, true)]
            select kernel]);
}
