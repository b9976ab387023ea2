namespace Surprisal.Cuda;

/// <summary>A kernel that there is of every formula of elements and every element type.</summary>
internal interface IElementKernel
{
    /// <summary>What its modules are called, before the element type.</summary>
    static abstract string Stem { get; }

    /// <summary>The one that computes in <typeparamref name="TWork"/> what lies in memory as <typeparamref name="TElement"/>.</summary>
    static abstract PtxKernel Of<TElement, T, TWork, TFormula>()
        where TElement : struct, IElement<T>
        where T : struct, IRealFormat
        where TWork : struct, IRealFormat
        where TFormula : struct, IElementFormula;

    /// <summary>A module of each element type, with all formulas: the one list of them.</summary>
    static IReadOnlyList<PtxModule> Modules<TKernel>() where TKernel : struct, IElementKernel =>
        [Module<TKernel, FloatElement, F32>(), Module<TKernel, DoubleElement, F64>(), Module<TKernel, HalfElement, F32>(),
            Module<TKernel, BFloat16Element, F32>()];

    private static PtxModule Module<TKernel, TElement, T>()
        where TKernel : struct, IElementKernel
        where TElement : struct, IElement<T>
        where T : struct, IRealFormat => new(
        $"{TKernel.Stem}_{TElement.Name}",
        [
            TKernel.Of<TElement, T, T, Bce>(), TKernel.Of<TElement, T, T, BceWithLogits>(),
            TKernel.Of<TElement, T, T, BceWithLogits.Weighted>(), TKernel.Of<TElement, T, T, Focal>(), TKernel.Of<TElement, T, T, KlDiv>(),
            TKernel.Of<TElement, T, T, KlDiv.OfLogarithm>(), TKernel.Of<TElement, T, T, SoftMargin>(), TKernel.Of<TElement, T, F64, Mse>(),
            TKernel.Of<TElement, T, F64, L1>(), TKernel.Of<TElement, T, F64, Huber>(), TKernel.Of<TElement, T, F64, SmoothL1>(),
        ]);
}
