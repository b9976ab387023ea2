namespace Surprisal.Kernels;

/// <summary>
/// A block of rows X [count, features] of linear cross-entropy: packed with a row in each lane, for the logits, and with columns
/// side by side, for the gradient of the weight.
/// </summary>
internal unsafe struct RowPanels<T> where T : unmanaged
{
    /// <summary>The rows, <see cref="Pitch"/> apart.</summary>
    public T* Start;

    public int Count, Features, Pitch;

    /// <summary>Micro-panels of every <see cref="MatrixMultiply.KC"/> features, one after the other.</summary>
    public T* Packed;

    /// <summary>Strips of the columns of a micro-kernel, each of all rows.</summary>
    public T* Strips;

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

    /// <summary>How many strips there are.</summary>
    public readonly int StripCount => (Features + MicroKernel.NR<T>() - 1) / MicroKernel.NR<T>();

    /// <summary>Copies the strip of one micro-kernel's columns.</summary>
    public readonly void CopyStrip(int strip) => Panels.Pack(Start, 1, Pitch, Features, MicroKernel.NR<T>(), strip, Count, Strips);
}
