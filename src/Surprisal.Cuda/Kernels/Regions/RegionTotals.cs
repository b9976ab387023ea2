namespace Surprisal.Cuda;

/// <summary>
/// What is made of the sums of regions: those of the blocks in order, then of each region and class its loss, then their sum.
/// </summary>
internal static class RegionTotals
{
    public const int Threads = 256;

    public const string Totals = "region_totals", Terms = "region_terms", Losses = "region_losses";

    /// <summary>The bytes of a class's factors in the gradient, of t and of q.</summary>
    public const int FactorsSize = 16;

    private const int AtOnce = 8;

    public static PtxModule Module { get; } = new("regions",
        [new(Totals, Threads, 4, WriteTotals), new(Terms, Threads, 4, WriteTerms), new(Losses, OrderedSum.Threads, 1, WriteLosses)]);

    /// <summary>A thread a region and class: the sums of the region's blocks in order. A region that has pixels is flagged.</summary>
    private static void WriteTotals(PtxWriter writer)
    {
        var (from, to, used) = (writer.Address("from"), writer.Address("to"), writer.Address("used"));
        var (classes, blocks, count) = (writer.Parameter<U32>("classes"), writer.Parameter<U32>("blocks"), writer.Parameter<U32>("count"));
        var state = writer.Address("state");
        writer.ReturnIf(DivisorKernels.IsBad(writer, state));
        var i = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(i >= count);
        var (c, region) = (i % classes, i / classes);
        Real<F64>[] sums = [.. Enumerable.Range(0, 3).Select(_ => writer.Variable(Real<F64>.Zero))];
        void Add(Whole<U32> first, int howMany)
        {
            var loaded = Enumerable.Range(0, 3 * howMany).Select(k => writer.Load<F64>(
                writer.At(from, (region * blocks + first + k / 3) * classes + c, RegionKernels.SumsSize), k % 3 * F64.Size)).ToArray();
            for (var k = 0; k < loaded.Length; k++) writer.Set(sums[k % 3], sums[k % 3] + loaded[k]);
        }

        var whole = blocks & -AtOnce; // so many on their way at once
        writer.For<U32>(0, whole, AtOnce, first => Add(first, AtOnce));
        writer.For(whole, blocks, 1, first => Add(first, 1));
        var at = writer.At(to, i, RegionKernels.SumsSize);
        for (var k = 0; k < 3; k++) writer.Store(at, sums[k], k * F64.Size);
        writer.If(sums[2] > Real<F64>.Zero, () => writer.Atomic("add", writer.At(used, region, U64.Size), writer.Variable<U64>(1)));
    }

    /// <summary>
    /// A thread a region and class: its loss, 0 where it does not count, and the factors of t and of q in the derivative. Those that count
    /// are the divisor.
    /// </summary>
    private static void WriteTerms(PtxWriter writer)
    {
        var (sums, used) = (writer.Address("sums"), writer.Address("used"));
        var (terms, factors) = (writer.Address("terms"), writer.Address("factors"));
        var (classes, count) = (writer.Parameter<U32>("classes"), writer.Parameter<U32>("count"));
        var (ofBoth, shared, predicted, truth) = (writer.Number<F64>("of_intersection"), writer.Number<F64>("shared"),
            writer.Number<F64>("predicted"), writer.Number<F64>("true"));
        var (smooth, skips, state) = (writer.Number<F64>("smooth"), writer.Parameter<U32>("skips"), writer.Address("state"));
        writer.ReturnIf(DivisorKernels.IsBad(writer, state));
        var (i, zero) = (writer.Block() * Threads + writer.Thread(), Real<F64>.Zero);
        var counted = writer.Variable<U32>(0);
        writer.If(i < count, () =>
        {
            var at = writer.At(sums, i, RegionKernels.SumsSize);
            var (both, p, t) = (writer.Load<F64>(at), writer.Load<F64>(at, F64.Size), writer.Load<F64>(at, 2 * F64.Size));
            var (term, ofTarget, ofPrediction) = (writer.Variable(zero), writer.Variable(zero), writer.Variable(zero));
            var isUsed = Whole<U64>.NotEqual(writer.LoadWhole<U64>(writer.At(used, i / classes, U64.Size)), 0);
            writer.If(isUsed & (t > zero | Whole<U32>.Equal(skips, 0)), () =>
            {
                var numerator = ofBoth * both + smooth;
                var denominator = shared * both + predicted * p + truth * t + smooth;
                var score = numerator / denominator;
                writer.Set(term, Real<F64>.One - score);
                writer.Set(ofTarget, (score * shared - ofBoth) / denominator);
                writer.Set(ofPrediction, score * predicted / denominator);
                writer.Set(counted, 1);
            });
            writer.Store(writer.At(terms, i, F64.Size), term);
            var to = writer.At(factors, i, FactorsSize);
            writer.Store(to, ofTarget);
            writer.Store(to, ofPrediction, F64.Size);
        });
        for (var lane = 16; lane > 0; lane /= 2) counted += writer.Across(counted, lane);
        writer.If(Whole<U32>.Equal(writer.Thread() & 31, 0), () =>
            writer.AtomicAdd(state, writer.ToReal<U32, F64>(counted), EvaluationState.Offset(nameof(EvaluationState.Divisor)))); // exact
    }

    /// <summary>The sum of the losses in order, and the scale of the gradient.</summary>
    private static void WriteLosses(PtxWriter writer)
    {
        var (terms, count) = (writer.Address("terms"), writer.Parameter<U32>("count"));
        var (isMean, normalizer) = (writer.Parameter<U32>("mean"), writer.Number<F64>("normalizer"));
        var (emptyScale, emptyIsError, state) = (writer.Number<F64>("empty_scale"), writer.Parameter<U64>("empty_is_error"),
            writer.Address("state"));
        DivisorKernels.StopIfBad(writer, state);
        var sum = new CompensatedSum(writer);
        OrderedSum.Write(writer, terms, count, sum.Add);
        writer.ReturnIf(writer.Thread() > 0);
        var divisor = writer.Load<F64>(state, EvaluationState.Offset(nameof(EvaluationState.Divisor)));
        var isEmpty = Real<F64>.Equal(divisor, Real<F64>.Zero);
        writer.Store(state, sum.Value(), EvaluationState.Offset(nameof(EvaluationState.Sum)));
        DivisorKernels.StoreScale(writer, state, divisor, Whole<U64>.Select(isEmpty, 1, new Whole<U64>(writer, "0")), isMean, normalizer,
            emptyScale, emptyIsError);
    }
}
