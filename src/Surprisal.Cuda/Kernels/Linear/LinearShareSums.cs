namespace Surprisal.Cuda;

/// <summary>
/// The sums of a row of class probabilities, whose pivot is a largest logit: of the pivots of two tiles the one that is left behind is
/// summed.
/// </summary>
/// <param name="writer">Of the kernel.</param>
/// <param name="pivots">Of each row its pivot's class, where it goes.</param>
internal sealed class LinearShareSums(PtxWriter writer, Whole<U64> pivots) : ILinearRowSums
{
    public Real<F64> Max { get; } = writer.Variable(Real<F64>.Constant(double.NegativeInfinity));

    public Real<F64> ExpSum { get; } = writer.Variable(Real<F64>.Zero);

    /// <summary>The sum of q (max - z).</summary>
    public Real<F64> Cost { get; } = writer.Variable(Real<F64>.Zero);

    /// <summary>That of q.</summary>
    public Real<F64> Total { get; } = writer.Variable(Real<F64>.Zero);

    /// <summary>The pivot's q.</summary>
    public Real<F64> Share { get; } = writer.Variable(Real<F64>.Zero);

    private Whole<U32> Pivot { get; } = writer.Variable<U32>(0);

    private IEnumerable<(int Number, Real<F64> Value)> Numbers =>
    [
        (LinearRows.Max, Max), (LinearRows.ExpSum, ExpSum), (LinearRows.Cost, Cost), (LinearRows.Total, Total), (LinearRows.Pivot, Share),
    ];

    public void Load(LinearRows rows, Whole<U32> row)
    {
        foreach (var (number, value) in Numbers) writer.Set(value, rows.Load(number, row));
        writer.Set(Pivot, writer.LoadWhole<U32>(writer.At(pivots, row, 4)));
    }

    public void Store(LinearRows rows, Whole<U32> row)
    {
        foreach (var (number, value) in Numbers) rows.Store(number, row, value);
        writer.Store(writer.At(pivots, row, 4), Pivot);
    }

    public void Add(Whole<U64> tile)
    {
        var (found, total) = (writer.Load<F64>(tile, LinearArguments.Max), writer.Load<F64>(tile, LinearArguments.Total));
        var next = LinearRowSums.Larger(found, Max);
        var (now, before) = (LinearRowSums.Brought(writer, found, next), LinearRowSums.Brought(writer, Max, next));
        var left = Real<F64>.Select(found > Max, before, now);
        left = Real<F64>.Select(Real<F64>.Equal(Max, Real<F64>.Constant(double.NegativeInfinity)), Real<F64>.Zero, left);
        writer.Set(ExpSum, ExpSum * before + writer.Load<F64>(tile, LinearArguments.ExpSum) * now + left);
        writer.Set(Cost,
            Cost + Total * Distance(Max, next) + writer.Load<F64>(tile, LinearArguments.Cost) + total * Distance(found, next));
        writer.Set(Total, total + Total);
        writer.If(next > Max, () =>
        {
            writer.Set(Pivot, writer.Convert<U64, U32>(writer.LoadWhole<U64>(tile, LinearArguments.Top)));
            writer.Set(Share, writer.Load<F64>(tile, LinearArguments.TopShare));
        });
        writer.Set(Max, next);
    }

    /// <summary>How far costs are counted from a larger maximum now; those of nothing but -infinity count from 0.</summary>
    private static Real<F64> Distance(Real<F64> max, Real<F64> next) => LinearTiles.Shift(next) - LinearTiles.Shift(max);
}
