namespace Surprisal.Cuda;

/// <summary>The sums of a row whose pivot, its target, is left out of them; or of one that has none.</summary>
/// <param name="writer">Of the kernel.</param>
internal sealed class LinearRowSums(PtxWriter writer) : ILinearRowSums
{
    public Real<F64> Max { get; } = writer.Variable(Real<F64>.Constant(double.NegativeInfinity));

    public Real<F64> ExpSum { get; } = writer.Variable(Real<F64>.Zero);

    /// <summary>Of label smoothing.</summary>
    public Real<F64> Cost { get; } = writer.Variable(Real<F64>.Zero);

    public void Load(LinearRows rows, Whole<U32> row)
    {
        writer.Set(Max, rows.Load(LinearRows.Max, row));
        writer.Set(ExpSum, rows.Load(LinearRows.ExpSum, row));
        writer.Set(Cost, rows.Load(LinearRows.Cost, row));
    }

    public void Store(LinearRows rows, Whole<U32> row)
    {
        rows.Store(LinearRows.Max, row, Max);
        rows.Store(LinearRows.ExpSum, row, ExpSum);
        rows.Store(LinearRows.Cost, row, Cost);
    }

    public void Add(Whole<U64> tile)
    {
        var found = writer.Load<F64>(tile, LinearArguments.Max);
        var next = Larger(found, Max);
        writer.Set(ExpSum,
            ExpSum * Brought(writer, Max, next) + writer.Load<F64>(tile, LinearArguments.ExpSum) * Brought(writer, found, next));
        writer.Set(Max, next);
        writer.Set(Cost, Cost + writer.Load<F64>(tile, LinearArguments.Cost));
    }

    /// <summary>The larger, or NaN where either is.</summary>
    public static Real<F64> Larger(Real<F64> a, Real<F64> b) =>
        Real<F64>.Select(Real<F64>.Equal(a, a), Real<F64>.MaxOrSecond(a, b), a);

    /// <summary>exp(max - next), 1 where both are the same infinity.</summary>
    public static Real<F64> Brought(PtxWriter writer, Real<F64> max, Real<F64> next) =>
        Real<F64>.Select(Real<F64>.Equal(max, next), Real<F64>.One, Exponential.NonPositive(writer, max - next));
}
