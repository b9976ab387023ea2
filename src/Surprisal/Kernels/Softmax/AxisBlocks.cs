namespace Surprisal.Kernels;

/// <summary>Memory [outer, along, inner] cut into blocks that are worth a thread, by the shape alone: some slices of outer, or some columns of one.</summary>
internal readonly struct AxisBlocks
{
    /// <summary>The numbers of a block: enough to hand out, and so long a stretch of memory that two threads do not disturb each other's.</summary>
    private const long Least = 8192, Most = 65536;

    /// <summary>Columns are cut at multiples of this.</summary>
    private const int Width = 512;

    private readonly int slices, columns, pieces;

    public AxisBlocks(int outer, int along, int inner)
    {
        (Outer, Along, Inner) = (outer, along, inner);
        var numbers = Math.Clamp((long)outer * along * inner / 64, Least, Most);
        slices = (int)Math.Clamp(numbers / Math.Max(1, (long)along * inner), 1, Math.Max(1, outer));
        columns = inner == 1 ? 1 : (int)Math.Min(inner, (numbers / Math.Max(1, along) / Width + 1) * Width);
        pieces = slices > 1 || inner == 0 ? 1 : (inner + columns - 1) / columns;
    }

    public int Outer { get; }

    public int Along { get; }

    public int Inner { get; }

    /// <summary>The numbers of one slice.</summary>
    public int Size => Along * Inner;

    public int Count => (Outer + slices - 1) / slices * pieces;

    /// <summary>About how many numbers a block has.</summary>
    public long Work => (long)Outer * Size / Math.Max(1, Count);

    /// <summary>Whether a slice is one row that is better turned into a column: up to <see cref="ColumnTile{T}.FewClasses"/>, or half as long for gradients, which have less to win.</summary>
    public bool HasShortRows<T>(bool gradient = false) where T : unmanaged => Inner == 1 && Along <= ColumnTile<T>.FewClasses / (gradient ? 2 : 1);

    /// <summary>The slices and the columns of a block.</summary>
    public (int Start, int End, int First, int Last) this[int block]
    {
        get
        {
            var start = block / pieces * slices;
            var first = block % pieces * columns;
            return (start, Math.Min(Outer, start + slices), first, pieces == 1 ? Inner : Math.Min(Inner, first + columns));
        }
    }
}
