namespace Surprisal.Cuda;

/// <summary>
/// What linear cross-entropy reads and writes beside the products: rows that count side by side and back, losses, the gradient of the bias.
/// </summary>
internal static class LinearEdgeKernels<TElement, TWide, T>
    where TElement : struct, IElement<T>
    where TWide : struct, IElement<T>
    where T : struct, IRealFormat
{
    private const int Threads = LinearKernels.Threads;

    public static IReadOnlyList<PtxKernel> Entries =>
    [
        new(LinearKernels.Gather, Threads, 4, WriteGather), new(LinearKernels.Scatter, Threads, 4, WriteScatter),
        new(LinearKernels.Losses, Threads, 4, WriteLosses), new(LinearKernels.Bias, Threads, 4, WriteBias),
    ];

    /// <summary>The rows that count, one after the other, then zeros: a thread a number.</summary>
    private static void WriteGather(PtxWriter writer)
    {
        var (from, to, used, count) = (writer.Address("from"), writer.Address("to"), writer.Address("used"), writer.Address("count"));
        var (rows, features, state) = (writer.Parameter<U32>("rows"), writer.Parameter<U32>("features"), writer.Address("state"));
        ClassArguments.ReturnIfStopped(writer, state);
        var i = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(i >= rows * features);
        var (row, feature) = (i / features, i % features);
        var x = writer.Variable(Real<T>.Zero);
        writer.If(row < writer.LoadWhole<U32>(count), () =>
        {
            var start = writer.Row(from, writer.LoadWhole<U32>(writer.At(used, row, 4)), features * TElement.Size);
            writer.Set(x, TElement.Load(writer, writer.At(start, feature, TElement.Size)));
        });
        TElement.Store(writer, writer.At(to, i, TElement.Size), x);
    }

    /// <summary>The gradient of each row, rounded once: 0 where it does not count.</summary>
    private static void WriteScatter(PtxWriter writer)
    {
        var (from, to, places) = (writer.Address("from"), writer.Address("to"), writer.Address("places"));
        var (rows, features, state) = (writer.Parameter<U32>("rows"), writer.Parameter<U32>("features"), writer.Address("state"));
        ClassArguments.ReturnIfStopped(writer, state);
        var i = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(i >= rows * features);
        var (row, feature) = (i / features, i % features);
        var (place, gradient) = (writer.LoadWhole<S32>(writer.At(places, row, 4)), writer.Variable(Real<T>.Zero));
        writer.If(place >= 0, () =>
        {
            var start = writer.Row(from, writer.Convert<S32, U32>(place), features * TWide.Size);
            writer.Set(gradient, TWide.Load(writer, writer.At(start, feature, TWide.Size)));
        });
        TElement.Store(writer, writer.At(to, i, TElement.Size), gradient);
    }

    /// <summary>The loss of each row: 0 where it does not count.</summary>
    private static void WriteLosses(PtxWriter writer)
    {
        var (numbers, capacity) = (writer.Address("numbers"), writer.Parameter<U32>("capacity"));
        var (to, places, rows) = (writer.Address("to"), writer.Address("places"), writer.Parameter<U32>("rows"));
        var state = writer.Address("state");
        ClassArguments.ReturnIfStopped(writer, state);
        var row = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(row >= rows);
        var (place, loss) = (writer.LoadWhole<S32>(writer.At(places, row, 4)), writer.Variable(Real<F64>.Zero));
        writer.If(place >= 0, () => writer.Set(loss,
            new LinearRows(writer, numbers, capacity).Load(LinearRows.Loss, writer.Convert<S32, U32>(place))));
        TElement.StoreDouble(writer, writer.At(to, row, TElement.Size), loss);
    }

    /// <summary>
    /// The gradient of the bias: of each 64 rows the sum in lanes, a thread each, and the lanes by a tree; then those sums. It is rounded
    /// where it is complete.
    /// </summary>
    private static void WriteBias(PtxWriter writer)
    {
        var (gradients, pitch, sums, to) = (writer.Address("gradients"), writer.Parameter<U32>("pitch"), writer.Address("sums"),
            writer.Address("to"));
        var (classes, rows, firstRow) = (writer.Parameter<U32>("classes"), writer.Parameter<U32>("rows"),
            writer.Parameter<U32>("first_row"));
        var (count, state) = (writer.Address("count"), writer.Address("state"));
        ClassArguments.ReturnIfStopped(writer, state);
        var thread = writer.Thread();
        var wanted = writer.Block() * (Threads / T.Lanes) + (thread >> BitOperations.Log2((uint)T.Lanes));
        var isClass = wanted < classes;
        var c = Whole<U32>.Select(isClass, wanted, classes - 1); // every lane takes part in shuffles
        var lane = thread & (T.Lanes - 1);
        var (start, at) = (writer.Row(gradients, c, pitch), writer.At(sums, c, 8));
        var total = writer.Variable(Real<F64>.Zero);
        var stores = isClass & Whole<U32>.Equal(lane, 0);
        writer.If(stores & firstRow > 0, () => writer.Set(total, writer.Load<F64>(at)));
        var end = Whole<U32>.Min(rows, LinearRows.Left(writer, count, firstRow));
        var sum = new LaneSum<T>(writer, 1);
        writer.For<U32>(0, end, LinearTiles.Rows, first =>
        {
            sum.Clear();
            writer.For(first + lane, Whole<U32>.Min(first + LinearTiles.Rows, end), T.Lanes,
                row => sum.Add(writer.Load<T>(writer.At(start, row, T.Size))));
            writer.Set(total, total + RowLanes<T>.Tree(writer, sum.Value()));
        });
        writer.If(stores, () =>
        {
            writer.Store(at, total);
            writer.If(Whole<U64>.NotEqual(to, 0), () => TElement.StoreDouble(writer, writer.At(to, c, TElement.Size), total));
        });
    }
}
