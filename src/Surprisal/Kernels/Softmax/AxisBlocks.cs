namespace Surprisal.Kernels;

/// <summary>
/// Cuts a reduction over the axis of memory [outer, axis, inner] into blocks that are worth a thread: some slices [axis, inner], or some
/// columns of one slice.
/// </summary>
/// <remarks>The cuts follow from the shape alone, so that results do not depend on the number of threads.</remarks>
internal readonly struct AxisBlocks
{
    /// <summary>
    /// The elements of a block: enough to be worth handing to a thread, and enough memory that two threads rarely share a cache line.
    /// </summary>
    private const long MinElements = 8192, MaxElements = 65536;

    /// <summary>The multiple of columns at which a slice is cut.</summary>
    private const int ColumnMultiple = 512;

    private readonly int slicesPerBlock, columnsPerBlock, blocksPerSlice;

    public AxisBlocks(int outer, int axis, int inner)
    {
        (Outer, Axis, Inner) = (outer, axis, inner);
        var elements = Math.Clamp((long)outer * axis * inner / 64, MinElements, MaxElements);
        slicesPerBlock = (int)Math.Clamp(elements / Math.Max(1, (long)axis * inner), 1, Math.Max(1, outer));
        columnsPerBlock = inner == 1 ? 1 : (int)Math.Min(inner, (elements / Math.Max(1, axis) / ColumnMultiple + 1) * ColumnMultiple);
        blocksPerSlice = slicesPerBlock > 1 || inner == 0 ? 1 : (inner + columnsPerBlock - 1) / columnsPerBlock;
    }

    public int Outer { get; }

    public int Axis { get; }

    public int Inner { get; }

    /// <summary>The elements of one slice.</summary>
    public int SliceLength => Axis * Inner;

    public int Count => (Outer + slicesPerBlock - 1) / slicesPerBlock * blocksPerSlice;

    /// <summary>About how many elements a block has.</summary>
    public long Work => (long)Outer * SliceLength / Math.Max(1, Count);

    /// <summary>
    /// Whether slices are rows so short that they are better transposed, so that a lane is a row: up to
    /// <see cref="ColumnTile.FewClasses"/>, or half of that for gradients, which gain less.
    /// </summary>
    public bool HasShortRows<T>(bool gradient = false) where T : unmanaged =>
        Inner == 1 && Axis <= ColumnTile.FewClasses / (gradient ? 2 : 1);

    /// <summary>The slices [Start, End) and the columns [First, Last) of a block.</summary>
    public (int Start, int End, int First, int Last) this[int block]
    {
        get
        {
            var start = block / blocksPerSlice * slicesPerBlock;
            var first = block % blocksPerSlice * columnsPerBlock;
            return (start, Math.Min(Outer, start + slicesPerBlock), first,
                blocksPerSlice == 1 ? Inner : Math.Min(Inner, first + columnsPerBlock));
        }
    }
}
