namespace Surprisal.Cuda;

/// <summary>
/// The passes of a loss over regions that read logits: the statistics of each position, the sums of each class by the library's blocks and
/// tiles, the gradient.
/// </summary>
/// <remarks>Exponentials are made anew in each pass: probabilities in double would be twice to four times the logits.</remarks>
internal static class RegionKernels
{
    public const int Threads = 256;

    /// <summary>As many threads add a class's probabilities of a block as a block of doubles has lanes.</summary>
    public const int Lanes = 8;

    public const string Softmax = "region_softmax", Sums = "region_sums", Gradient = "region_gradient";

    /// <summary>The bytes of the sums of a class: I, P and T.</summary>
    public const int SumsSize = 24;

    public static readonly IReadOnlyList<PtxModule> Modules =
        [Of<FloatElement, F32>(), Of<DoubleElement, F64>(), Of<HalfElement, F32>(), Of<BFloat16Element, F32>()];

    private static PtxModule Of<TElement, T>() where TElement : struct, IElement<T> where T : struct, IRealFormat => new(
        $"regions_{TElement.Name}",
        [
            new(Softmax, Threads, 4, WriteSoftmax<TElement, T>), new(Sums, Threads, 4, WriteSums<TElement, T>),
            new(Gradient, Threads, 4, WriteGradient<TElement, T>),
        ]);

    /// <summary>A thread a position: the largest logit and the sum of the exponentials. The regions' flags begin as 0.</summary>
    private static void WriteSoftmax<TElement, T>(PtxWriter writer) where TElement : struct, IElement<T> where T : struct, IRealFormat
    {
        var (logits, statistics) = (writer.Address("logits"), writer.Address("statistics"));
        var (positions, classes, inner) = (writer.Parameter<U32>("positions"), writer.Parameter<U32>("classes"),
            writer.Parameter<U32>("inner"));
        var (used, regions, state) = (writer.Address("used"), writer.Parameter<U32>("regions"), writer.Address("state"));
        writer.ReturnIf(DivisorKernels.IsBad(writer, state));
        var position = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(position >= positions);
        writer.If(position < regions, () => writer.Store<U64>(writer.At(used, position, U64.Size), 0));
        var pixel = new RegionPixel<TElement, T>(writer, logits, position, classes, inner);
        var (max, sum) = (writer.Variable(pixel.Logit(writer.Variable<U32>(0))), writer.Variable(Real<F64>.Zero));
        writer.For<U32>(1, classes, 1, c => writer.Set(max, Real<F64>.MaxOrSecond(max, pixel.Logit(c))));
        writer.For<U32>(0, classes, 1, c => writer.Set(sum, sum + pixel.Exponential(c, max)));
        var at = writer.At(statistics, position, RegionPixel<TElement, T>.StatisticsSize);
        writer.Store(at, max);
        writer.Store(at, sum, F64.Size);
    }

    /// <summary>
    /// Eight threads a block and class: I = sum p t by positions, P = sum p by tiles, in each of which eight lanes add every eighth
    /// position, and T = sum t.
    /// </summary>
    private static void WriteSums<TElement, T>(PtxWriter writer) where TElement : struct, IElement<T> where T : struct, IRealFormat
    {
        var (logits, targets, statistics) = (writer.Address("logits"), writer.Address("checked"), writer.Address("statistics"));
        var (classes, inner, squared) = (writer.Parameter<U32>("classes"), writer.Parameter<U32>("inner"),
            writer.Parameter<U32>("squared"));
        var (count, blocksOfImage) = (writer.Parameter<U32>("count"), writer.Parameter<U32>("blocks_of_image"));
        var (imageSize, blockSize, tileSize) = (writer.Parameter<U32>("image_size"), writer.Parameter<U32>("block_size"),
            writer.Parameter<U32>("tile_size"));
        var (to, state) = (writer.Address("to"), writer.Address("state"));
        writer.ReturnIf(DivisorKernels.IsBad(writer, state));
        var thread = writer.Thread();
        var slot = writer.Block() * (Threads / Lanes) + (thread >> 3);
        writer.ReturnIf(slot >= count); // all eight lanes
        var lane = thread & (Lanes - 1);
        var members = writer.Register(U32.Prefix);
        writer.Line($"shl.b32 {members}, 255, {(thread & 24).Name}");
        Real<F64>[] OfAll(Real<F64> own) =>
            [.. Enumerable.Range(0, Lanes).Select(other => writer.OfEight(own, other, new(writer, members)))];

        var (c, block) = (slot % classes, slot / classes);
        var image = block / blocksOfImage * imageSize; // its first position
        var start = block % blocksOfImage * blockSize;
        var end = Whole<U32>.Min(start + blockSize, imageSize);
        var (shared, predicted, hits) = (writer.Variable(Real<F64>.Zero), writer.Variable(Real<F64>.Zero), writer.Variable<U32>(0));
        var ofTile = writer.Variable(Real<F64>.Zero);
        writer.For(start, end, tileSize, tile =>
        {
            var tileEnd = Whole<U32>.Min(tile + tileSize, end);
            writer.Set(ofTile, Real<F64>.Zero);
            writer.For(tile, tileEnd, Lanes, first =>
            {
                var (at, p, own) = (first + lane, writer.Variable(Real<F64>.Zero), writer.Variable(Real<F64>.Zero));
                writer.If(at < tileEnd, () =>
                {
                    var position = image + at;
                    var target = writer.LoadWhole<S32>(writer.At(targets, position, 4));
                    writer.If(target >= 0, () =>
                    {
                        var pixel = new RegionPixel<TElement, T>(writer, logits, position, classes, inner);
                        writer.Set(p, pixel.Probability(c, RegionPixel<TElement, T>.Statistics(writer, statistics, position)));
                        writer.If(Whole<U32>.Equal(writer.Convert<S32, U32>(target), c), () =>
                        {
                            writer.Set(own, p);
                            writer.Set(hits, hits + 1);
                        });
                    });
                });
                writer.Set(ofTile, ofTile + Real<F64>.Select(Whole<U32>.NotEqual(squared, 0), p * p, p));
                foreach (var of in OfAll(own)) writer.Set(shared, shared + of);
            });
            var l = OfAll(ofTile);
            writer.Set(predicted, predicted + (l[0] + l[4] + (l[2] + l[6]) + (l[1] + l[5] + (l[3] + l[7]))));
        });
        var truth = OfAll(writer.ToReal<U32, F64>(hits)).Aggregate(static (a, b) => a + b); // exact
        writer.ReturnIf(lane > 0);
        var sums = writer.At(to, slot, SumsSize);
        writer.Store(sums, shared);
        writer.Store(sums, predicted, F64.Size);
        writer.Store(sums, truth, 2 * F64.Size);
    }

    /// <summary>A thread a position: p (d - sum p d), with d = ofTarget t + ofPrediction q; nothing where no class counts.</summary>
    private static void WriteGradient<TElement, T>(PtxWriter writer) where TElement : struct, IElement<T> where T : struct, IRealFormat
    {
        var (logits, targets, statistics) = (writer.Address("logits"), writer.Address("checked"), writer.Address("statistics"));
        var (factors, gradient, state) = (writer.Address("factors"), writer.Address("gradient"), writer.Address("state"));
        var (positions, classes, inner) = (writer.Parameter<U32>("positions"), writer.Parameter<U32>("classes"),
            writer.Parameter<U32>("inner"));
        var (squared, regionSize) = (writer.Parameter<U32>("squared"), writer.Parameter<U32>("region_size"));
        var throughFloat = writer.Parameter<U32>("through_float");
        ClassArguments.ReturnIfStopped(writer, state);
        var position = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(position >= positions);
        var pixel = new RegionPixel<TElement, T>(writer, logits, position, classes, inner);
        void Store(Whole<U32> c, Real<F64> value)
        {
            var to = pixel.At(gradient, c);
            if (TElement.Size == T.Size) TElement.StoreDouble(writer, to, value);
            else
                writer.If(Whole<U32>.NotEqual(throughFloat, 0), () => TElement.Store(writer, to, writer.Narrow<T>(value)),
                    () => TElement.StoreDouble(writer, to, value));
        }

        var target = writer.LoadWhole<S32>(writer.At(targets, position, 4));
        var isEmpty = Whole<U64>.NotEqual(writer.LoadWhole<U64>(state, EvaluationState.Offset(nameof(EvaluationState.Empty))), 0);
        writer.If(target < 0 | isEmpty, () =>
        {
            writer.For<U32>(0, classes, 1, c => Store(c, writer.Variable(Real<F64>.Zero)));
            writer.Line("ret");
        });
        var scale = writer.Load<F64>(state, EvaluationState.Offset(nameof(EvaluationState.Scale)));
        var first = position / regionSize * classes; // of the region's factors
        Real<F64> Factor(Whole<U32> c, int which) =>
            writer.Load<F64>(writer.At(factors, first + c, RegionTotals.FactorsSize), which * F64.Size) * scale;

        Real<F64> Slope(Real<F64> p, Whole<U32> c)
        {
            var factor = Factor(c, 1);
            return Real<F64>.Select(Whole<U32>.NotEqual(squared, 0), p * (Real<F64>.Constant(2) * factor), factor);
        }

        var found = RegionPixel<TElement, T>.Statistics(writer, statistics, position);
        var (own, mean) = (writer.Convert<S32, U32>(target), writer.Variable(Real<F64>.Zero));
        writer.For<U32>(0, classes, 1, c =>
        {
            var p = pixel.Probability(c, found);
            writer.Set(mean, Real<F64>.Fma(p, Slope(p, c), mean));
        });
        var ofTarget = Factor(own, 0);
        writer.Set(mean, mean + pixel.Probability(own, found) * ofTarget);
        writer.For<U32>(0, classes, 1, c =>
        {
            var p = pixel.Probability(c, found);
            var slope = Slope(p, c);
            Store(c, p * Real<F64>.Select(Whole<U32>.Equal(c, own), slope + ofTarget - mean, slope - mean));
        });
    }
}
