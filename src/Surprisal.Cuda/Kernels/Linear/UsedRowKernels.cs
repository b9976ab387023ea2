namespace Surprisal.Cuda;

/// <summary>
/// Which rows of linear cross-entropy count, before anything is multiplied, and at last the sum of their losses: one block of threads.
/// </summary>
internal static class UsedRowKernels
{
    public const int Threads = 256;

    public const string Collect = "linear_collect", Total = "linear_total";

    private const string Same = "linear_fill";

    public static PtxModule Module { get; } = new("linear",
        [new(Same, Threads, 1, WriteSame), new(Collect, Threads, 1, WriteCollect), new(Total, OrderedSum.Threads, 1, WriteTotal)]);

    /// <summary>Memory of so many numbers that are all the same; nothing is copied, so nothing waits.</summary>
    public static ulong Fill(ICudaDevice device, DeviceScratch memory, uint number, int count)
    {
        var to = memory.Of(4L * count);
        device.Launch(Module, Same, Pieces.Of(count, Threads), 0, to, number, (uint)count);
        return to;
    }

    /// <summary>A thread a number.</summary>
    private static void WriteSame(PtxWriter writer)
    {
        var (to, number, count) = (writer.Address("to"), writer.Parameter<U32>("number"), writer.Parameter<U32>("count"));
        var i = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(i >= count);
        writer.Store(writer.At(to, i, 4), number);
    }

    /// <summary>The rows that count in ascending order, their targets, and of each row its place among them, -1 for none.</summary>
    private static void WriteCollect(PtxWriter writer)
    {
        var (targets, rows) = (writer.Address("checked"), writer.Parameter<U32>("rows"));
        var (used, classes, places) = (writer.Address("used"), writer.Address("classes"), writer.Address("places"));
        var (count, state) = (writer.Address("count"), writer.Address("state"));
        ClassArguments.ReturnIfStopped(writer, state);
        var thread = writer.Thread();
        var counts = writer.Shared("counts", 4 * Threads);
        var own = counts + thread * 4;
        var length = rows + (Threads - 1) >> BitOperations.Log2((uint)Threads);
        var first = thread * length;
        var end = Whole<U32>.Min(first + length, rows);
        var place = writer.Variable<U32>(0);

        void ForEachUsed(Action<Whole<U32>, Whole<S32>> each, Action<Whole<U32>>? other) => writer.For(first, end, 1, row =>
        {
            var target = writer.LoadWhole<S32>(writer.At(targets, row, 4));
            writer.If(target >= 0, () =>
            {
                each(row, target);
                writer.Set(place, place + 1);
            });
            if (other is not null) writer.If(!(target >= 0), () => other(row));
        });

        ForEachUsed(static (_, _) => { }, null);
        writer.StoreShared(own, place);
        writer.Barrier();
        writer.If(Whole<U32>.Equal(thread, 0), () =>
        {
            var before = writer.Variable<U32>(0);
            writer.For<U32>(0, Threads, 1, i =>
            {
                var at = counts + i * 4;
                var many = writer.LoadSharedWhole<U32>(at);
                writer.StoreShared(at, before);
                writer.Set(before, before + many);
            });
            writer.Store(count, before);
        });
        writer.Barrier();
        writer.Set(place, writer.LoadSharedWhole<U32>(own));
        ForEachUsed((row, target) =>
        {
            writer.Store(writer.At(used, place, 4), row);
            writer.Store(writer.At(classes, place, 4), writer.Convert<S32, U32>(target));
            writer.Store(writer.At(places, row, 4), place);
        }, row => writer.Store<S32>(writer.At(places, row, 4), -1));
    }

    /// <summary>The sum of the losses in their order.</summary>
    private static void WriteTotal(PtxWriter writer)
    {
        var (numbers, capacity) = (writer.Address("numbers"), writer.Parameter<U32>("capacity"));
        var (count, state) = (writer.Address("count"), writer.Address("state"));
        ClassArguments.ReturnIfStopped(writer, state);
        var (losses, sum) = (new LinearRows(writer, numbers, capacity).Start(LinearRows.Loss), new CompensatedSum(writer));
        OrderedSum.Write(writer, losses, writer.LoadWhole<U32>(count), sum.Add);
        writer.ReturnIf(writer.Thread() > 0);
        writer.Store(state, sum.Value(), EvaluationState.Offset(nameof(EvaluationState.Sum)));
    }
}
