using Surprisal.Kernels;

namespace Surprisal;

// Rows and classes as the kernels want them: where they lie, or copied a block or a group at a time.
internal unsafe partial struct LinearJob<TStored, T>
{
    /// <summary>The number in the caller's memory of a row that counts.</summary>
    private readonly int RowOf(int row) => Used is null ? row : Used[row];

    /// <summary>The weight as the kernels read it while a group is computed.</summary>
    private readonly WeightRows<T> WeightOf(int tile) => CopiedWeight is null
        ? new((T*)Weight, Classes, Features, isCopy: false)
        : new(CopiedWeight - (nint)tile * LinearTile.Classes * Pitch, Classes, Pitch, isCopy: true);

    /// <summary>A block of rows, packed; copied first where they do not lie side by side.</summary>
    private readonly RowPanels<T> Open(int row)
    {
        var count = Math.Min(Schedule.BlockRows, Count - row);
        var block = new RowPanels<T>
        {
            Count = count, Features = Features, Packed = PackedRows, Strips = Strips, Start = CopiedRows, Pitch = Pitch,
        };
        if (CopiedWeight is null && RowOf(row + count - 1) - RowOf(row) == count - 1)
        {
            block.Start = (T*)Hidden + (nint)RowOf(row) * Features;
            block.Pitch = Features;
        }
        else
            for (var i = 0; i < count; i++)
                SixteenBit.Widen(new ReadOnlySpan<TStored>(Hidden + (nint)RowOf(row + i) * Features, Features),
                    new Span<T>(CopiedRows + (nint)i * Pitch, Features));
        var pack = new PackTasks(block, WeightGradient is null ? 0 : block.StripCount);
        Partition.For(pack.Count, (long)Features * MicroKernel.NR<T>(), ref pack);
        return block;
    }

    /// <summary>A group's classes in T, where they are not read in place.</summary>
    private readonly void CopyWeight(int tile)
    {
        if (CopiedWeight is null) return;
        var (first, end) = GroupOf(tile);
        for (var c = first; c < end; c++)
            SixteenBit.Widen(new ReadOnlySpan<TStored>(Weight + (nint)c * Features, Features),
                new Span<T>(CopiedWeight + (nint)(c - first) * Pitch, Features));
    }

    /// <summary>The gradient of a group's classes, complete, rounded once.</summary>
    private readonly void StoreWeightGradient(int tile)
    {
        if (GroupGradient is null || WeightGradient is null) return;
        var (first, end) = GroupOf(tile);
        for (var c = first; c < end; c++)
            SixteenBit.Narrow(new ReadOnlySpan<T>(GroupGradient + (nint)(c - first) * Pitch, Features),
                new Span<TStored>(WeightGradient + (nint)c * Features, Features));
    }

    private readonly (int First, int End) GroupOf(int tile) =>
        (tile * LinearTile.Classes, Math.Min(Classes, (tile + Schedule.GroupTiles) * LinearTile.Classes));

    private readonly struct PackTasks(RowPanels<T> block, int strips) : IParallelBody
    {
        public int Count => block.PanelCount + strips;

        public void Run(int i)
        {
            if (i < block.PanelCount) block.Pack(i);
            else block.CopyStrip(i - block.PanelCount);
        }
    }
}
