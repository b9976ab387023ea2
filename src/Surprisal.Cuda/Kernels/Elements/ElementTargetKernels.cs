namespace Surprisal.Cuda;

/// <summary>
/// The derivatives of losses of elements by their targets, one kernel a formula: few ask for them, so inputs and targets are read once more
/// for those, and <see cref="ElementKernels"/> has no registers for them. The gradient of the arguments is where they go.
/// </summary>
internal readonly struct ElementTargetKernels : IElementKernel
{
    public const int Threads = 256;

    public static readonly IReadOnlyList<PtxModule> Modules = IElementKernel.Modules<ElementTargetKernels>();

    public static string Stem => "element_targets";

    public static string Name(string formula) => $"{formula}_targets";

    public static PtxKernel Of<TElement, T, TWork, TFormula>()
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
