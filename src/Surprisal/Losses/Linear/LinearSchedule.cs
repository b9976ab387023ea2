using Surprisal.Kernels;

namespace Surprisal;

/// <summary>How much of linear cross-entropy is in memory at once: a choice of bytes and time, never of bits.</summary>
internal readonly record struct LinearSchedule
{
    /// <summary>The rows whose exponentials are kept where nothing else is said.</summary>
    private const int DefaultRows = 128;

    /// <summary>The rows above which a longer block does not pay any more.</summary>
    private const int MostRows = 512;

    /// <summary>The rows of a block whose logits are made again: whole panels, and whole tiles of a micro-kernel.</summary>
    private const int RowsAgain = 192;

    /// <summary>Whether the exponentials of a block of rows are kept for all classes, so that no logit is made twice.</summary>
    public bool Keeps { get; private init; }

    /// <summary>The rows of a block: whole panels.</summary>
    public int BlockRows { get; private init; }

    /// <summary>The tiles that threads share at once.</summary>
    public int GroupTiles { get; private init; }

    /// <summary>The tiles that are in memory.</summary>
    public int HeldTiles { get; private init; }

    /// <summary>Chooses by what the exponentials of a block may take.</summary>
    /// <param name="rows">The rows that count.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="elementBytes">The bytes of a logit.</param>
    /// <param name="limit">The bytes that may be used; null for those of <see cref="DefaultRows"/> rows.</param>
    /// <param name="mayKeep">Whether there are gradients, of a weight that is read in place.</param>
    public static LinearSchedule Choose(int rows, int classes, int elementBytes, long? limit, bool mayKeep)
    {
        var tiles = Partition.Pieces(classes, LinearTile.Classes);
        var group = Math.Min(tiles, Math.Max(4, 2 * Partition.Threads));
        var panels = Partition.Pieces(rows, LinearTile.Rows);
        var bytesOfPanel = (long)tiles * LinearTile.Size * elementBytes;
        var kept = limit is { } bytes ? Math.Min(bytes / bytesOfPanel, MostRows / LinearTile.Rows) : DefaultRows / LinearTile.Rows;
        kept = Math.Min(kept, panels);
        while (kept > 0 && kept * tiles * (LinearTile.Size + MicroKernel.MR * LinearTile.Classes) > int.MaxValue / 2) kept--;
        if (mayKeep && kept > 0)
            return new()
            {
                Keeps = true, BlockRows = (int)kept * LinearTile.Rows, GroupTiles = Math.Min(tiles, 2 * group), HeldTiles = tiles,
            };
        var again = Math.Min(RowsAgain / LinearTile.Rows, panels);
        while (again > 1 && (long)again * group * LinearTile.Size * elementBytes > limit) again--;
        while (group > 1 && (long)group * LinearTile.Size * elementBytes > limit) group--;
        return new() { BlockRows = again * LinearTile.Rows, GroupTiles = group, HeldTiles = group };
    }
}
