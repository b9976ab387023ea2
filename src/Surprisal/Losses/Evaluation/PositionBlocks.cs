using Surprisal.Kernels;

namespace Surprisal;

/// <summary>
/// The positions [samples, inner] of logits [samples, classes, inner] cut into blocks for threads, by the shape alone: rows of several
/// samples, or columns of one.
/// </summary>
internal readonly struct PositionBlocks<T> where T : unmanaged
{
    /// <summary>About how many logits the rows of a block have.</summary>
    private const int Logits = 32_768;

    private readonly int samples, inner, perSample;

    public PositionBlocks(ClassIndexShape shape)
    {
        (samples, inner) = (shape.Samples, shape.Inner);
        Size = !shape.UsesColumns ? Math.Max(Logits / shape.Classes, 1)
            : inner > 1 ? ColumnTile<T>.ColumnsThatFit(shape.Classes)
            : Math.Min(Logits / shape.Classes, 8192) / Lanes<T>.Count * Lanes<T>.Count;
        perSample = (inner + Size - 1) / Size;
        Count = inner == 1 ? Partition.Pieces(samples, Size) : samples * perSample;
        Work = (long)Math.Min(Size, inner == 1 ? samples : inner) * shape.Classes;
    }

    public int Count { get; }

    /// <summary>The positions of a block; the last of all, or of a sample, may have fewer.</summary>
    public int Size { get; }

    /// <summary>About how many logits a block has.</summary>
    public long Work { get; }

    /// <summary>A block's sample, and its positions in that; rows are positions of sample 0.</summary>
    public (int Sample, int Start, int End) this[int block] => inner == 1
        ? (0, block * Size, (int)Math.Min(samples, (block + 1L) * Size))
        : (block / perSample, block % perSample * Size, (int)Math.Min(inner, (block % perSample + 1L) * Size));
}
