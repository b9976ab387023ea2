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

    private readonly int samples, inner, size, perSample;

    public PositionBlocks(ClassIndexShape shape)
    {
        (samples, inner) = (shape.Samples, shape.Inner);
        size = !shape.UsesColumns ? Math.Max(Logits / shape.Classes, 1)
            : inner > 1 ? ColumnTile<T>.ColumnsThatFit(shape.Classes)
            : Math.Min(Logits / shape.Classes, 8192) / Lanes<T>.Count * Lanes<T>.Count;
        perSample = (inner + size - 1) / size;
        Count = inner == 1 ? Partition.Pieces(samples, size) : samples * perSample;
        Work = (long)Math.Min(size, inner == 1 ? samples : inner) * shape.Classes;
    }

    public int Count { get; }

    /// <summary>About how many logits a block has.</summary>
    public long Work { get; }

    /// <summary>A block's sample, and its positions in that; rows are positions of sample 0.</summary>
    public (int Sample, int Start, int End) this[int block] => inner == 1
        ? (0, block * size, (int)Math.Min(samples, (block + 1L) * size))
        : (block / perSample, block % perSample * size, (int)Math.Min(inner, (block % perSample + 1L) * size));
}
