namespace Surprisal.Cuda;

/// <summary>
/// The sum of the positions' losses, in double, by the library's blocks: each in eight sums of every eighth, with their errors; then the
/// blocks in order, by 256.
/// </summary>
internal static class SumKernels
{
    public const int Threads = 128, BlocksOfABlock = Threads / 8, Fold = 256;

    public const string Blocks = "sum_blocks", Total = "sum_total";

    public static PtxModule Module { get; } = new("sums",
        [new(Blocks, Threads, 4, WriteBlocks), new(Total, Fold, 1, WriteTotal)]);

    /// <summary>
    /// One term for each block of positions, made by eight lanes. Blocks are counted through samples: of <c>length</c> losses a sample,
    /// <c>per_sample</c> blocks of <c>size</c> of them, taken <c>group</c> at once.
    /// </summary>
    private static void WriteBlocks(PtxWriter writer)
    {
        var losses = writer.Address("losses");
        var terms = writer.Address("terms");
        var count = writer.Parameter<U32>("count");
        var perSample = writer.Parameter<U32>("per_sample");
        var length = writer.Parameter<U32>("length");
        var size = writer.Parameter<U32>("size");
        var group = writer.Parameter<U32>("group");
        var state = writer.Address("state");
        ClassArguments.ReturnIfStopped(writer, state);
        var thread = writer.Thread();
        var block = writer.Block() * BlocksOfABlock + (thread >> 3);
        writer.ReturnIf(block >= count); // all eight lanes
        var lane = thread & 7;
        var members = writer.Register(U32.Prefix);
        writer.Line($"shl.b32 {members}, 255, {(thread & 24).Name}");
        var start = block % perSample * size;
        var end = Whole<U32>.Min(start + size, length);
        var sample = writer.At(losses, block / perSample * length, 8);
        var (total, lanes) = (new CompensatedSum(writer), new CompensatedSum(writer));
        writer.For(start, end, group, first =>
        {
            var taken = Whole<U32>.Min(end - first, group);
            var whole = taken & 0x7FFFFFF8;
            var from = writer.At(sample, first, 8);
            lanes.Clear();
            writer.For<U32>(0, whole, 8, i => lanes.Add(writer.Load<F64>(writer.At(from, i + lane, 8))));
            writer.If(whole > 0, () =>
            {
                for (var other = 0; other < 8; other++)
                {
                    total.Add(writer.OfEight(lanes.Sum, other, new(writer, members)));
                    var error = writer.OfEight(lanes.Error, other, new(writer, members));
                    writer.If(error.IsFinite(), () => total.Add(error)); // of an infinite sum it is NaN
                }
            });
            writer.For(whole, taken, 1, i => total.Add(writer.Load<F64>(writer.At(from, i, 8))));
        });
        writer.If(Whole<U32>.Equal(lane, 0), () => writer.Store(writer.At(terms, block, 8), total.Value()));
    }

    /// <summary>The sum of the terms: 256 of them in order, then those sums in order.</summary>
    private static void WriteTotal(PtxWriter writer)
    {
        var terms = writer.Address("terms");
        var folded = writer.Address("folded");
        var count = writer.Parameter<U32>("count");
        var state = writer.Address("state");
        ClassArguments.ReturnIfStopped(writer, state);
        var thread = writer.Thread();
        var folds = count + (Fold - 1) >> 8;
        var sum = new CompensatedSum(writer);
        writer.For<U32>(thread, folds, Fold, fold =>
        {
            var first = fold * Fold;
            sum.Clear();
            writer.For(first, Whole<U32>.Min(first + Fold, count), 1, i => sum.Add(writer.Load<F64>(writer.At(terms, i, 8))));
            writer.Store(writer.At(folded, fold, 8), sum.Value());
        });
        writer.Barrier();
        writer.ReturnIf(thread > 0);
        sum.Clear();
        writer.For<U32>(0, folds, 1, i => sum.Add(writer.Load<F64>(writer.At(folded, i, 8))));
        writer.Store(state, sum.Value(), EvaluationState.Offset(nameof(EvaluationState.Sum)));
    }
}
