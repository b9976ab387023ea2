namespace Surprisal.Kernels;

/// <summary>
/// A block of rows X [count, features] of linear cross-entropy: as they lie, for the gradient of the weight, and packed with a row in each
/// lane, for the logits.
/// </summary>
internal unsafe struct RowPanels<T> where T : unmanaged
{
    /// <summary>The rows, <see cref="Pitch"/> apart, of which <see cref="Width"/> columns may be read.</summary>
    public T* Start;

    public int Count, Features, Pitch, Width;

    /// <summary>Micro-panels of every <see cref="MatrixMultiply.KC"/> features, one after the other.</summary>
    public T* Packed;

    /// <summary>The rows in the micro-panels, those of padding included.</summary>
    public readonly int PackedCount => MatrixMultiply.RoundUp(Count, MicroKernel.NR<T>());

    /// <summary>How many micro-panels each stretch of features has.</summary>
    public readonly int PanelCount => PackedCount / MicroKernel.NR<T>();

    /// <summary>Packs the micro-panels of one lane width of rows.</summary>
    public readonly void Pack(int panel)
    {
        for (var depth = 0; depth < Features; depth += MatrixMultiply.KC)
            Panels.Pack(Start + depth, Pitch, 1, Count, MicroKernel.NR<T>(), panel, Math.Min(MatrixMultiply.KC, Features - depth),
                Packed + (nint)depth * PackedCount);
    }
}
