using Surprisal.Kernels;

namespace Surprisal;

/// <summary>What is asked of the logits instead of a loss: those of chosen classes, and the largest of each row.</summary>
internal unsafe struct LinearScores<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Whether scores are asked for, and no loss.</summary>
    public bool IsWanted;

    /// <summary>Classes, <see cref="ChosenOfRow"/> for each row, and where their logits go.</summary>
    public int* Chosen;

    public int ChosenOfRow;

    public T* ChosenLogits;

    /// <summary>How many of the largest logits of each row are wanted; their classes and they themselves, a heap for each row.</summary>
    public int Top;

    public int* TopClasses;

    public T* TopLogits;

    /// <summary>The chosen classes that a tile has, for some rows whose logits are in the lanes of z.</summary>
    public readonly void AddChosen(T* z, int first, int classes, int row, int count)
    {
        for (var i = 0; i < count; i++)
        for (nint j = (nint)(row + i) * ChosenOfRow; j < (nint)(row + i + 1) * ChosenOfRow; j++)
            if ((uint)(Chosen[j] - first) < (uint)classes)
                ChosenLogits[j] = z[(nint)(Chosen[j] - first) * LinearTile.Rows + i];
    }

    /// <summary>
    /// The largest logits of a group of tiles, for the rows of a block: of equal ones the first, and tiles come in ascending order.
    /// </summary>
    /// <param name="panels">The group's first tile.</param>
    /// <param name="stride">From one tile to the next.</param>
    /// <param name="maxima">The largest logit of each row in the first tile.</param>
    /// <param name="maximaStride">From one tile's maxima to the next.</param>
    /// <param name="classes">All classes.</param>
    /// <param name="tile">The group's first tile.</param>
    /// <param name="tiles">The tiles of the group.</param>
    /// <param name="row">The block's first row.</param>
    /// <param name="count">The rows of the block.</param>
    public readonly void AddTop(
        T* panels, nint stride, double* maxima, nint maximaStride, int classes, int tile, int tiles, int row, int count)
    {
        if (Top == 0) return;
        var tasks = new RowTasks(this, panels, stride, maxima, maximaStride, classes, tile, tiles, row, count);
        Partition.For(Partition.Pieces(count, RowTasks.Rows), (long)tiles * LinearTile.Classes * RowTasks.Rows / 4, ref tasks);
    }

    private readonly struct RowTasks(
        LinearScores<T> scores, T* panels, nint stride, double* maxima, nint maximaStride, int classes, int tile, int tiles, int row,
        int count)
        : IParallelBody
    {
        public const int Rows = 16;

        public void Run(int piece)
        {
            for (var i = piece * Rows; i < Math.Min(count, (piece + 1) * Rows); i++)
            {
                var heap = new TopHeap<T>(scores.TopLogits + (nint)(row + i) * scores.Top, scores.TopClasses + (nint)(row + i) * scores.Top,
                    scores.Top);
                for (var t = 0; t < tiles; t++)
                {
                    var first = (tile + t) * LinearTile.Classes;
                    var held = Math.Min(first, scores.Top);
                    // NaN too has nothing for a heap that is full: its row is NaN in the end
                    if (held == scores.Top && !(maxima[t * maximaStride + i] > double.CreateTruncating(heap.Least))) continue;
                    var z = panels + t * stride + (nint)(i / LinearTile.Rows) * LinearTile.Size + i % LinearTile.Rows;
                    for (var c = first; c < Math.Min(classes, first + LinearTile.Classes); c++, z += LinearTile.Rows)
                        if (c < scores.Top) heap.Fill(c, *z);
                        else if (*z > heap.Least) heap.Replace(*z, c);
                }
            }
        }
    }
}
