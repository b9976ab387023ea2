namespace Surprisal.Cuda;

/// <summary>The kernels of cross-entropy with class probabilities for one element type; the layouts are those of class indices.</summary>
/// <remarks>
/// Their arguments are <see cref="ClassArguments"/>, with the probabilities as targets, sample weights in the logits' type, and "by target"
/// for 0 times infinity being 0.
/// </remarks>
internal static class ProbabilityKernels
{
    public static readonly IReadOnlyList<PtxModule> Modules =
        [Of<FloatElement, F32>(), Of<DoubleElement, F64>(), Of<HalfElement, F32>(), Of<BFloat16Element, F32>()];

    public static string Name(string layout) => $"{layout}_probabilities";

    /// <summary>How often a position counts, 1 without sample weights.</summary>
    public static Real<F64> SampleWeightOf<TElement, T>(PtxWriter writer, ClassArguments arguments, Whole<U32> position)
        where TElement : struct, IElement<T>
        where T : struct, IRealFormat
    {
        var weight = writer.Variable(Real<F64>.One);
        writer.If(Whole<U64>.NotEqual(arguments.SampleWeights, 0), () => writer.Set(weight,
            writer.Widen(TElement.Load(writer, writer.At(arguments.SampleWeights, position, TElement.Size)))));
        return weight;
    }

    private static PtxModule Of<TElement, T>() where TElement : struct, IElement<T> where T : struct, IRealFormat => new(
        $"probabilities_{TElement.Name}",
        [Columns<TElement, T>(false), Columns<TElement, T>(true), Rows<TElement, T>(false), Rows<TElement, T>(true)]);

    private static PtxKernel Columns<TElement, T>(bool isStrided) where TElement : struct, IElement<T> where T : struct, IRealFormat =>
        new(Name(isStrided ? ClassPlan.ColumnStrided : ClassPlan.ColumnRows), RowTile<TElement, T>.Rows, 4,
            writer => ProbabilityColumns<TElement, T>.Write(writer, isStrided))
        {
            MaxSharedBytes = isStrided ? 0 : RowTile<TElement, T>.Bytes(LossBlocks.FewClasses),
        };

    private static PtxKernel Rows<TElement, T>(bool isResident) where TElement : struct, IElement<T> where T : struct, IRealFormat =>
        new(Name(isResident ? ClassPlan.RowsResident : ClassPlan.RowsStreamed), RowSlots<TElement, T>.Threads, isResident ? 3 : 4,
            writer => ProbabilityRows<TElement, T>.Write(writer, isResident))
        {
            MaxSharedBytes = isResident ? RowSlots<TElement, T>.MaxShared : 0,
        };
}
