using Surprisal.Kernels;

namespace Surprisal;

/// <summary>
/// One evaluation of linear cross-entropy over memory that has been checked: which products are made of which rows and classes, by whom
/// and in which order. The schedules are in <see cref="LinearJob{TStored, T}.Run"/>.
/// </summary>
/// <typeparam name="TStored">What hidden states and weight are stored as.</typeparam>
/// <typeparam name="T">What is computed in: float or double.</typeparam>
internal unsafe partial struct LinearJob<TStored, T>
    where TStored : unmanaged, IFloatingPointIeee754<TStored>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Hidden states [.., features] and weight [classes, features] as the caller has them.</summary>
    public TStored* Hidden, Weight;

    /// <summary>One a class, or null.</summary>
    public T* Bias, ClassWeight;

    /// <summary>A row of probabilities for each row of <see cref="Hidden"/>, or null.</summary>
    public TStored* Probabilities;

    /// <summary>The rows that count, by ascending number; null where all do.</summary>
    public int* Used;

    /// <summary>How many rows count, what a row has, how many classes there are.</summary>
    public int Count, Features, Classes;

    public LinearRows Rows;
    public TileLogits<T> Logits;
    public LinearCrossEntropy Formula;
    public double LabelSmoothing;
    public LinearScores<T> Scores;

    /// <summary>The gradient of the rows that count, one after the other, <see cref="Pitch"/> apart; null where nobody wants it.</summary>
    public T* HiddenGradient;

    /// <summary>From one row or class to the next, of what is copied and of the gradient: the features, or whole tiles.</summary>
    public int Pitch;

    /// <summary>Null where nobody wants it.</summary>
    public TStored* WeightGradient;

    /// <summary>The sums of the bias's gradient, or null.</summary>
    public double* BiasGradient;

    public LinearSchedule Schedule;

    /// <summary>Panels of the tiles of a group, and what they tell of the rows.</summary>
    public T* Tiles;

    public double* Numbers;

    /// <summary>A block's rows packed, for both products; where they do not lie side by side in T, copied.</summary>
    public T* PackedRows, Strips, CopiedRows;

    /// <summary>A group's classes in T, and their gradient; null where the weight is read in place.</summary>
    public T* CopiedWeight, GroupGradient;

    private readonly bool HasSmoothing => LabelSmoothing > 0 && Probabilities is null;

    private readonly bool WantsGradient => HiddenGradient is not null || WeightGradient is not null || BiasGradient is not null;

    private readonly int NumbersOfRow => TileNumbers.Count(HasSmoothing, Probabilities is not null);

    private readonly int TileCount => Partition.Pieces(Classes, LinearTile.Classes);

    /// <summary>Statistics of all rows, their losses, and the gradients that are wanted.</summary>
    public void Run()
    {
        Rows.Clear();
        if (Schedule.Keeps) RunKeeping();
        else RunAgain();
    }

    /// <summary>Blocks of rows outside, all classes inside: exponentials are kept from the first pass for the second.</summary>
    private void RunKeeping()
    {
        for (var row = 0; row < Count; row += Schedule.BlockRows)
        {
            var block = Open(row);
            Sum(block, row, 0, TileCount, firstKept: 0);
            Finish(row, block.Count);
            DifferentiateKept(block, row);
        }
    }

    /// <summary>
    /// Groups of classes outside, all rows inside: once for the statistics, and with logits made again for the gradients.
    /// </summary>
    private void RunAgain()
    {
        for (var tile = 0; tile < TileCount; tile += Schedule.GroupTiles)
        {
            CopyWeight(tile);
            for (var row = 0; row < Count; row += Schedule.BlockRows) Sum(Open(row), row, tile, TilesFrom(tile), firstKept: tile);
        }
        for (var row = 0; row < Count; row += Schedule.BlockRows) Finish(row, Math.Min(Schedule.BlockRows, Count - row));
        if (!WantsGradient) return;
        for (var tile = 0; tile < TileCount; tile += Schedule.GroupTiles)
        {
            CopyWeight(tile);
            for (var row = 0; row < Count; row += Schedule.BlockRows) DifferentiateAgain(Open(row), row, tile);
            StoreWeightGradient(tile);
        }
    }

    /// <summary>Logits of a group for a block of rows, and what they add to the rows' statistics.</summary>
    private readonly void Sum(in RowPanels<T> block, int row, int tile, int tiles, int firstKept)
    {
        var tasks = new TileTasks(this, block, row, tile, tiles, firstKept, makesLogits: true, makesGradient: false);
        Partition.For(tasks.Count, tasks.Work, ref tasks);
        for (var i = 0; i < tasks.Count; i++)
        {
            var numbers = NumbersOf(tile + i - firstKept);
            if (Probabilities is null) numbers.AddTo(Rows, row, block.Count, HasSmoothing);
            else numbers.AddProbabilitiesTo(Rows, row, block.Count);
        }
        Scores.AddTop(PanelsOf(tile - firstKept), LinearTile.SizeOf(Schedule.BlockRows), NumbersOf(tile - firstKept).Max,
            (nint)NumbersOfRow * Schedule.BlockRows, Classes, tile, tasks.Count, row, block.Count);
    }

    /// <summary>
    /// The gradients of all classes and a block's rows, from what is kept: threads share a group's tiles together with the columns that the
    /// group before is added to, and wait for one another half as often.
    /// </summary>
    private readonly void DifferentiateKept(in RowPanels<T> block, int row)
    {
        var columns = default(ColumnTasks);
        for (var tile = 0; tile < TileCount; tile += Schedule.GroupTiles)
        {
            var tiles = new TileTasks(this, block, row, tile, TilesFrom(tile), firstKept: 0, makesLogits: false, makesGradient: true);
            var both = new GroupTasks(columns, tiles);
            Partition.For(both.Count, tiles.Work, ref both);
            if (HiddenGradient is not null) columns = new ColumnTasks(this, block, row, tile, tiles.Count, firstKept: 0);
        }
        Partition.For(columns.Count, columns.Work, ref columns);
    }

    /// <summary>The gradients of a group's classes and a block's rows, whose logits are made again.</summary>
    private readonly void DifferentiateAgain(in RowPanels<T> block, int row, int tile)
    {
        var tasks = new TileTasks(this, block, row, tile, TilesFrom(tile), firstKept: tile, makesLogits: true, makesGradient: true);
        Partition.For(tasks.Count, tasks.Work, ref tasks);
        if (HiddenGradient is null) return;
        var columns = new ColumnTasks(this, block, row, tile, tasks.Count, firstKept: tile);
        Partition.For(columns.Count, columns.Work, ref columns);
    }

    private readonly int TilesFrom(int tile) => Math.Min(Schedule.GroupTiles, TileCount - tile);

    /// <summary>Losses, and what the gradients are made of.</summary>
    private readonly void Finish(int first, int count)
    {
        for (var row = first; row < first + count; row++)
            if (Scores.IsWanted) LinearCrossEntropy.LogSumExp(Rows, row);
            else if (Probabilities is not null) Formula.Probabilities(Rows, row);
            else Formula.Target(Rows, row, ClassWeight is null ? 1 : double.CreateTruncating(ClassWeight[Rows.Pivots[row]]));
    }

    /// <summary>The panels of a tile that is held.</summary>
    public readonly T* PanelsOf(int held) => Tiles + (nint)held * LinearTile.SizeOf(Schedule.BlockRows);

    private readonly TileNumbers NumbersOf(int held) =>
        new(Numbers + (nint)held * NumbersOfRow * Schedule.BlockRows, Schedule.BlockRows);
}
