namespace Surprisal.Cuda;

/// <summary>Which logits are in memory at once: a choice of bytes and time, never of bits.</summary>
/// <param name="Keeps">
/// Whether they are those of some rows and all classes, whose exponentials stay for the gradients; else those of all rows and some classes,
/// which are made once for the sums and again for the gradients.
/// </param>
/// <param name="Rows">The rows of a block: a multiple of 64.</param>
/// <param name="Classes">The classes of a block: all, or whole tiles.</param>
internal readonly record struct LinearPlan(bool Keeps, int Rows, int Classes)
{
    /// <summary>The rows whose exponentials are kept where nothing else is said: enough to keep a card busy.</summary>
    private const int DefaultRows = 1024;

    /// <param name="sizes">Rows and classes.</param>
    /// <param name="elementBytes">The bytes of a logit.</param>
    /// <param name="limit">The bytes that may be used; null for those of <see cref="DefaultRows"/> rows.</param>
    /// <param name="mayAdd">Whether the gradient of the weight may be added to; one of 16 bits has to be complete before it is
    /// rounded.</param>
    public static LinearPlan Of(LinearSizes sizes, int elementBytes, long? limit, bool mayAdd)
    {
        var (rows, kept) = (RoundUp(sizes.Rows, LinearTiles.Rows), RowsThatFit(sizes, elementBytes, limit));
        if (kept >= (mayAdd ? LinearTiles.Rows : rows)) return new(true, kept, sizes.Classes);
        var tiles = Math.Max((limit ?? Usual(sizes, elementBytes)) / ((long)rows * elementBytes * LinearTiles.Classes), 1);
        return new(false, rows, (int)Math.Min(tiles * LinearTiles.Classes, sizes.Classes));
    }

    /// <summary>Rows of all classes, for scores: as many as fit, but at least 64.</summary>
    public static LinearPlan OfRows(LinearSizes sizes, int elementBytes, long? limit) =>
        new(true, Math.Max(RowsThatFit(sizes, elementBytes, limit), LinearTiles.Rows), sizes.Classes);

    /// <summary>The blocks in the order in which they are added.</summary>
    public IEnumerable<LinearBlock> Blocks(LinearSizes sizes)
    {
        for (var row = 0; row < sizes.Rows; row += Rows)
        for (var c = 0; c < sizes.Classes; c += Classes)
            yield return new(row, Math.Min(Rows, sizes.Rows - row), c, Math.Min(Classes, sizes.Classes - c));
    }

    /// <summary>A multiple of 64, maybe 0.</summary>
    private static int RowsThatFit(LinearSizes sizes, int elementBytes, long? limit)
    {
        var fitting = (limit ?? Usual(sizes, elementBytes)) / ((long)sizes.Classes * elementBytes) / LinearTiles.Rows * LinearTiles.Rows;
        return (int)Math.Min(fitting, RoundUp(sizes.Rows, LinearTiles.Rows));
    }

    private static long Usual(LinearSizes sizes, int elementBytes) => DefaultRows * (long)sizes.Classes * elementBytes;

    private static int RoundUp(int value, int unit) => (int)Math.Min(((long)value + unit - 1) / unit * unit, int.MaxValue / unit * unit);
}
