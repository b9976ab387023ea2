namespace Surprisal.Cuda;

/// <summary>
/// The kernels of rows in clusters of blocks: cross-entropy over class indices, and softmax. Not of doubles, whose lanes the library adds
/// without levels, nor with class probabilities, whose sums are one chain.
/// </summary>
internal static class ClusterKernels
{
    public static readonly IReadOnlyList<PtxModule> Modules = [Of<FloatElement>(), Of<HalfElement>(), Of<BFloat16Element>()];

    /// <summary>The module and kernel of that name, or null.</summary>
    public static (PtxModule Module, PtxKernel Kernel)? Find(ElementType type, string name)
    {
        if (type.IsDouble) return null;
        var module = Modules[Math.Max(type.Index - 1, 0)]; // there is none of doubles
        return module.Entries.SingleOrDefault(kernel => kernel.Name == name) is { } kernel ? (module, kernel) : null;
    }

    private static PtxModule Of<TElement>() where TElement : struct, IPackedElement => new(
        $"clusters_{TElement.Name}",
        [
            .. Enum.GetValues<ClassVariant>().Select(static variant =>
                Kernel<TElement>(ClassPlan.Name(ClassPlan.RowsClustered, variant), writer => WriteRow<TElement>(writer, variant))),
            .. ((bool[])[false, true]).Select(static isLog => Kernel<TElement>(
                SoftmaxKernels.Name(ClassPlan.RowsClustered, isLog), writer => SoftmaxKernels.WriteCluster<TElement>(writer, isLog))),
        ])
    {
        Capability = 90,
    };

    private static PtxKernel Kernel<TElement>(string name, Action<PtxWriter> write) where TElement : struct, IPackedElement =>
        new(name, RowCluster<TElement>.Threads, 3, write)
        {
            MaxSharedBytes = RowCluster<TElement>.SharedBytes(int.MaxValue),
            IsClustered = true,
        };

    private static void WriteRow<TElement>(PtxWriter writer, ClassVariant variant) where TElement : struct, IPackedElement
    {
        var arguments = ClassArguments.Read(writer); // all blocks of a cluster leave here, or none
        var row = new RowCluster<TElement>(writer, arguments.Classes) { Transform = arguments.Transform<F32>(writer, variant) };
        ClassRows<TElement, F32>.Write(writer, variant, arguments, row);
    }
}
