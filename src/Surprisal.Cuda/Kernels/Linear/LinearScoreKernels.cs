namespace Surprisal.Cuda;

/// <summary>What is asked of logits instead of a loss, of rows with all their classes: ln sum exp, chosen classes, the largest.</summary>
internal static class LinearScoreKernels<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    private const int Threads = LinearKernels.Threads;

    public static IReadOnlyList<PtxKernel> Entries =>
    [
        new(LinearKernels.LogSumExp, Threads, 4, WriteLogSumExp), new(LinearKernels.Chosen, Threads, 4, WriteChosen),
        new(LinearKernels.Top, Threads, 4, WriteTop),
    ];

    /// <summary>l of each row, of tiles that leave no class out: a thread a row.</summary>
    private static void WriteLogSumExp(PtxWriter writer)
    {
        var arguments = LinearArguments.Read(writer, hasShares: false);
        var to = writer.Address("to");
        ClassArguments.ReturnIfStopped(writer, arguments.State);
        var (row, of) = Row(writer, arguments, writer.Block() * Threads + writer.Thread());
        var sums = new LinearRowSums(writer);
        LinearRowKernel<T>.AddTiles(writer, arguments, row, sums);
        var l = sums.Max + Logarithm.Log(writer, sums.ExpSum) + (sums.Max - sums.Max);
        arguments.Rows.Store(LinearRows.LogSumExp, of, l);
        writer.If(Whole<U64>.NotEqual(to, 0), () => TElement.StoreDouble(writer, writer.At(to, of, TElement.Size), l));
    }

    /// <summary>z - l of chosen classes, as many for each row: a thread a class.</summary>
    private static void WriteChosen(PtxWriter writer)
    {
        var arguments = LinearArguments.Read(writer, hasShares: false);
        var (chosen, many, to) = (writer.Address("chosen"), writer.Parameter<U32>("many"), writer.Address("to"));
        ClassArguments.ReturnIfStopped(writer, arguments.State);
        var i = writer.Block() * Threads + writer.Thread();
        var (row, of) = Row(writer, arguments, i / many);
        var at = of * many + i % many;
        var column = new LinearColumn<TElement, T>(writer, arguments, row);
        Store(writer, arguments, to, at, of, column.Logit(column.Product(writer.LoadWhole<U32>(writer.At(chosen, at, 4)))));
    }

    /// <summary>
    /// The largest logits of each row one after the other: the first tile whose largest is the largest of all, the first class that has it,
    /// and what is the tile's largest then. A thread a row; the tile's sum makes room for the class from which an equal one is looked for.
    /// </summary>
    private static void WriteTop(PtxWriter writer)
    {
        var arguments = LinearArguments.Read(writer, hasShares: false);
        var (many, found, to) = (writer.Parameter<U32>("many"), writer.Address("found"), writer.Address("to"));
        ClassArguments.ReturnIfStopped(writer, arguments.State);
        var (row, of) = Row(writer, arguments, writer.Block() * Threads + writer.Thread());
        var column = new LinearColumn<TElement, T>(writer, arguments, row);
        var l = arguments.Rows.Load(LinearRows.LogSumExp, of);
        var start = of * many;
        writer.If(Real<F64>.Equal(l, l), () =>
        {
            var tiles = (arguments.Classes + (LinearTiles.Classes - 1)) / LinearTiles.Classes;
            writer.For<U32>(0, tiles, 1, tile => writer.Store<U64>(arguments.Tile(writer, tile, row), 0, LinearArguments.ExpSum));
            writer.For<U32>(0, many, 1, place =>
            {
                var (c, z) = Take(writer, arguments, column, row, tiles);
                writer.Store(writer.At(found, start + place, 4), c);
                Store(writer, arguments, to, start + place, of, z);
            });
        }, () => writer.For<U32>(0, many, 1, place =>
        {
            writer.Store(writer.At(found, start + place, 4), place);
            TElement.StoreDouble(writer, writer.At(to, start + place, TElement.Size), writer.Variable(Real<F64>.NaN));
        }));
    }

    /// <summary>The largest logit that is left, of equal ones the first; a tile of which nothing is left has NaN.</summary>
    private static (Whole<U32> Class, Real<T> Logit) Take(
        PtxWriter writer, LinearArguments arguments, LinearColumn<TElement, T> column, Whole<U32> row, Whole<U32> tiles)
    {
        var (most, place) = (writer.Variable(Real<F64>.NaN), writer.Variable<U32>(0));
        writer.For<U32>(0, tiles, 1, tile =>
        {
            var largest = writer.Load<F64>(arguments.Tile(writer, tile, row), LinearArguments.Max);
            var isFirst = !Real<F64>.Equal(most, most) & Real<F64>.Equal(largest, largest);
            writer.If(largest > most | isFirst, () =>
            {
                writer.Set(most, largest);
                writer.Set(place, tile);
            });
        });
        var at = arguments.Tile(writer, place, row);
        var from = writer.Convert<U64, U32>(writer.LoadWhole<U64>(at, LinearArguments.ExpSum));
        var (first, end) = LinearTiles.ClassesOf(arguments, place);
        var (largest, next) = (writer.Narrow<T>(most), writer.Variable(Real<T>.NaN));
        var (taken, logit) = (writer.Variable(end), writer.Variable(Real<T>.NaN));
        writer.For(first, end, 1, c =>
        {
            var z = column.Logit(column.Product(c));
            var isEqual = Real<T>.Equal(z, largest) & c >= from;
            writer.If(isEqual & Whole<U32>.Equal(taken, end), () =>
            {
                writer.Set(taken, c);
                writer.Set(logit, z);
            }, () => writer.If(isEqual | z < largest, () => writer.Set(next, Real<T>.Select(next >= z, next, z))));
        });
        writer.Store(at, writer.Widen(next), LinearArguments.Max);
        var later = Whole<U32>.Select(Real<T>.Equal(next, largest), taken + 1, 0);
        writer.Store(at, writer.Convert<U32, U64>(later), LinearArguments.ExpSum);
        return (taken, logit);
    }

    /// <summary>A row of the block, which ends the thread where it has none, and its number.</summary>
    private static (Whole<U32> Row, Whole<U32> Of) Row(PtxWriter writer, LinearArguments arguments, Whole<U32> row)
    {
        writer.ReturnIf(row >= Whole<U32>.Min(arguments.BlockRows, LinearRows.Left(writer, arguments.Count, arguments.FirstRow)));
        return (row, row + arguments.FirstRow);
    }

    /// <summary>The log-probability of a logit, rounded once.</summary>
    private static void Store(PtxWriter writer, LinearArguments arguments, Whole<U64> to, Whole<U32> at, Whole<U32> row, Real<T> z) =>
        TElement.StoreDouble(writer, writer.At(to, at, TElement.Size),
            writer.Widen(z) - arguments.Rows.Load(LinearRows.LogSumExp, row));
}
