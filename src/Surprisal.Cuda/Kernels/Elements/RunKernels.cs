namespace Surprisal.Cuda;

/// <summary>
/// Sums of numbers in memory as the library adds a run of them: lane by lane, the lanes by a tree. Runs begin at multiples of their length
/// and of a block's, whose runs are then added in order.
/// </summary>
internal static class RunKernels
{
    public const int Threads = 256;

    public const string Blocks = "sum_runs_of_blocks";

    public static PtxModule Module { get; } = new("runs",
    [
        Kernel<FloatElement, F32>(), Kernel<DoubleElement, F64>(), Kernel<HalfElement, F32>(), Kernel<BFloat16Element, F32>(),
        new(Blocks, Threads, 4, WriteBlocks),
    ]);

    private static PtxKernel Kernel<TElement, T>() where TElement : struct, IElement<T> where T : struct, IRealFormat =>
        new($"sum_runs_{TElement.Name}", Threads, 4, WriteRuns<TElement, T>);

    /// <summary>As many threads a run as there are lanes; numbers that are not 0 may be counted in the state.</summary>
    private static void WriteRuns<TElement, T>(PtxWriter writer) where TElement : struct, IElement<T> where T : struct, IRealFormat
    {
        var (from, to, count) = (writer.Address("from"), writer.Address("to"), writer.Parameter<U32>("count"));
        var (elements, block, run, perBlock) = (writer.Parameter<U32>("elements"), writer.Parameter<U32>("block"),
            writer.Parameter<U32>("run"), writer.Parameter<U32>("per_block"));
        var (counts, state) = (writer.Parameter<U32>("counts"), writer.Address("state"));
        ClassArguments.ReturnIfStopped(writer, state);
        var thread = writer.Thread();
        var (lane, slot) = (thread & (T.Lanes - 1), writer.Block() * (Threads / T.Lanes) + (thread >> BitOperations.Log2((uint)T.Lanes)));
        var isActive = slot < count;
        var blockStart = slot / perBlock * block;
        var number = blockStart / run + slot % perBlock; // of the run
        var runStart = number * run;
        var start = Whole<U32>.Select(runStart < blockStart, blockStart, runStart);
        var end = Whole<U32>.Min(Whole<U32>.Min(blockStart + block, elements), runStart + run);
        end = Whole<U32>.Select(isActive, end, 0); // every lane takes part in shuffles
        var (sum, nonZero) = (new LaneSum<T>(writer, 1), writer.Variable<U32>(0));
        writer.For(start + lane, end, T.Lanes, i =>
        {
            var x = TElement.Load(writer, writer.At(from, i, TElement.Size));
            sum.Add(x);
            writer.Set(nonZero, nonZero + Whole<U32>.Select(Real<T>.Equal(x, Real<T>.Zero), 0, new Whole<U32>(writer, "1")));
        });
        var total = RowLanes<T>.Tree(writer, sum.Value());
        writer.If(isActive & Whole<U32>.Equal(lane, 0), () => writer.Store(writer.At(to, slot, 8), total));
        writer.If(Whole<U32>.NotEqual(counts, 0) & nonZero > 0, () => writer.Atomic("add", state, writer.Convert<U32, U64>(nonZero),
            EvaluationState.Offset(nameof(EvaluationState.Count))));
    }

    /// <summary>A thread a block: the sums of its runs in order.</summary>
    private static void WriteBlocks(PtxWriter writer)
    {
        var (from, to, count) = (writer.Address("from"), writer.Address("to"), writer.Parameter<U32>("count"));
        var (elements, block, run, perBlock) = (writer.Parameter<U32>("elements"), writer.Parameter<U32>("block"),
            writer.Parameter<U32>("run"), writer.Parameter<U32>("per_block"));
        ClassArguments.ReturnIfStopped(writer, writer.Address("state"));
        var i = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(i >= count);
        var start = i * block;
        var last = Whole<U32>.Min(start + block, elements) - 1;
        var runs = last / run - start / run + 1;
        var (first, sum) = (i * perBlock, new CompensatedSum(writer));
        writer.For(first, first + runs, 1, at => sum.Add(writer.Load<F64>(writer.At(from, at, 8))));
        writer.Store(writer.At(to, i, 8), sum.Value());
    }
}
