namespace Surprisal.Cuda;

/// <summary>
/// The derivatives of losses of elements by their targets, one kernel a formula: few ask for them, so inputs and targets are read once more
/// for those, and <see cref="ElementKernels"/> has no registers for them. The gradient of the arguments is where they go.
/// </summary>
internal static class ElementTargetKernels
{
    public const int Threads = 256;

    public static readonly IReadOnlyList<PtxModule> Modules =
        [Of<FloatElement, F32>(), Of<DoubleElement, F64>(), Of<HalfElement, F32>(), Of<BFloat16Element, F32>()];

    public static string Name(string formula) => $"{formula}_targets";

    private static PtxModule Of<TElement, T>() where TElement : struct, IElement<T> where T : struct, IRealFormat => new(
        $"element_targets_{TElement.Name}",
        [
            Kernel<TElement, T, T, Bce>(), Kernel<TElement, T, T, BceWithLogits>(), Kernel<TElement, T, T, BceWithLogits.Weighted>(),
            Kernel<TElement, T, T, Focal>(), Kernel<TElement, T, T, KlDiv>(), Kernel<TElement, T, T, KlDiv.OfLogarithm>(),
            Kernel<TElement, T, T, SoftMargin>(), Kernel<TElement, T, F64, Mse>(), Kernel<TElement, T, F64, L1>(),
            Kernel<TElement, T, F64, Huber>(), Kernel<TElement, T, F64, SmoothL1>(),
        ]);

    private static PtxKernel Kernel<TElement, T, TWork, TFormula>()
        where TElement : struct, IElement<T>
        where T : struct, IRealFormat
        where TWork : struct, IRealFormat
        where TFormula : struct, IElementFormula =>
        new(Name(TFormula.Name), Threads, T.Size == 8 ? 2 : 4, Write<TElement, T, TWork, TFormula>);

    /// <summary>A thread an element.</summary>
    private static void Write<TElement, T, TWork, TFormula>(PtxWriter writer)
        where TElement : struct, IElement<T>
        where T : struct, IRealFormat
        where TWork : struct, IRealFormat
        where TFormula : struct, IElementFormula
    {
        var arguments = ElementArguments.Read(writer);
        var element = new ElementWriter<TElement, T, TWork, TFormula>(writer, arguments);
        var i = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(i >= arguments.Elements);
        var (x, y) = element.Load(i, arguments.Elements);
        element.EvaluateTarget(i, x, y);
    }
}
