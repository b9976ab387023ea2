namespace Surprisal.Metrics;

/// <summary>Rows by their loss, in cells of 1/20 nat; those of 20 nats and more share the last one.</summary>
internal static class LossHistogram
{
    public const int Cells = 401;

    private const int CellsPerNat = 20;

    public static int CellOf(double loss) => loss >= 0 ? (int)Math.Min(loss * CellsPerNat, Cells - 1) : 0;

    /// <summary>
    /// At most so many bins of equal width, which end where no row is behind them; rows of 20 nats and more are in the last.
    /// </summary>
    public static IReadOnlyList<(double Upper, double Count)> Bins(RowCounts cells, int most)
    {
        var used = Cells;
        while (used > 0 && cells.Rows(used - 1) == 0) used--;
        if (used == 0) return [];
        var width = (used + most - 1) / most;
        return
        [
            .. Enumerable.Range(0, (used + width - 1) / width).Select(bin =>
                ((bin + 1.0) * width / CellsPerNat, cells.Sum(bin * width, Math.Min(width, Cells - bin * width)))),
        ];
    }
}
