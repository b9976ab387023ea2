namespace Surprisal.Kernels;

/// <summary>
/// Memory traffic beside the arithmetic of a pass over a row, a lane block at a time: one after the other, each would leave the other's
/// part of the processor idle.
/// </summary>
internal interface ICompanion
{
    /// <summary>Called for each whole lane block of the row, in order, with its first index.</summary>
    void At(nint index);
}
