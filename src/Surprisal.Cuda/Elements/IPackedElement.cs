namespace Surprisal.Cuda;

/// <summary>An element type of which 16 bytes are loaded and stored at once, at a multiple of 16, by cards from sm_90 on.</summary>
internal interface IPackedElement : IElement<F32>
{
    /// <summary>Four or eight neighbours.</summary>
    static abstract Real<F32>[] LoadPack(PtxWriter writer, Whole<U64> address);

    /// <summary>Stores them, each rounded once.</summary>
    static abstract void StorePack(PtxWriter writer, Whole<U64> address, Real<F32>[] values);
}
