namespace Surprisal.Cuda;

/// <summary>
/// A row in a cluster of blocks, the library's levels of 16,384 logits: 16 threads add 1024 of them, as its lanes do. Logits stay in
/// shared memory as floats, so that memory sees them once; what blocks have to know of each other they read there.
/// </summary>
internal sealed class RowCluster<TElement> : RowThreads<TElement, F32> where TElement : struct, IPackedElement
{
    public const int Threads = 256;

    /// <summary>The logits of a block, and the most blocks of a cluster.</summary>
    public const int BlockClasses = 16_384, MostBlocks = 16;

    /// <summary>Units are half a round of the banks apart, so that the two of a warp use different ones.</summary>
    private const int Unit = 1024, Gap = 16, Warp = 32, Warps = Threads / Warp;

    private readonly PtxWriter writer;
    private readonly Whole<U32> thread, rank, blocks, start, length, shared;
    private readonly int pack = 16 / TElement.Size;

    /// <param name="writer">Of the kernel.</param>
    /// <param name="classes">Of a row; each block has some.</param>
    public RowCluster(PtxWriter writer, Whole<U32> classes) : base(writer)
    {
        this.writer = writer;
        (thread, rank, blocks, shared) = (writer.Thread(), writer.RankInCluster(), writer.BlocksOfCluster(), writer.DynamicShared());
        Row = writer.Cluster();
        First = Row * classes;
        start = rank * BlockClasses;
        length = Whole<U32>.Min(classes - start, BlockClasses);
    }

    /// <summary>The blocks of a row, of which none is empty.</summary>
    public static int BlocksOf(int classes) => Pieces.Of(classes, BlockClasses);

    public static int SharedBytes(int classes)
    {
        var length = Math.Min(classes, BlockClasses);
        return (length + Pieces.Of(length, Unit) * Gap) * F32.Size;
    }

    public override Predicate IsFirst() => Whole<U32>.Equal(thread, 0) & Whole<U32>.Equal(rank, 0);

    public override (Real<F32> Max, (Real<F64> ExpSum, Real<F64> SmoothingSum) Sums) Statistics(
        Whole<U64> logits, bool keepExponentials, Func<Whole<U32>, Real<F32>, Real<F32>>? smooth)
    {
        var max = MaxOfCluster(MaxOfWarp(Load(logits)));
        var (unit, lane) = (thread / F32.Lanes, thread & (F32.Lanes - 1));
        var first = unit * Unit;
        var count = Whole<U32>.Select(first < length, Whole<U32>.Min(length - first, Unit), 0);
        var kept = shared + unit * ((Unit + Gap) * F32.Size);
        var (exp, smoothing, ones) = new RowLanes<F32>(writer, lane, count).LaneSums(smooth is not null,
            (Whole<U32> i, out Real<F32> term) =>
            {
                var at = kept + i * F32.Size;
                var e = Exponential.Shifted(writer, writer.LoadShared<F32>(at), max, out var d);
                if (keepExponentials) writer.StoreShared(at, e);
                term = smooth is null ? d : smooth(start + first + i, d);
                return e;
            }, levels: 1);
        var sums = new ClusterSums(writer, thread, blocks);
        var all = smooth is null ? sums.Of(exp.Value(), writer.Widen(ones)) : sums.Of(exp.Value(), writer.Widen(ones), smoothing.Value());
        return (max, (all[0] + (all[1] - Real<F64>.One), smooth is null ? Real<F64>.Zero : all[2]));
    }

    public override Real<F32>[] Once(Func<Real<F32>[]> find, Action store)
    {
        var spread = writer.Shared("numbers", 16);
        Real<F32>[] found = [];
        writer.If(thread < Warp, () => // the others would compute the same
        {
            found = find();
            store();
            writer.If(Whole<U32>.Equal(thread, 0), () =>
            {
                for (var k = 0; k < found.Length; k++) writer.StoreShared(spread, found[k], k * F32.Size);
            });
        });
        writer.Barrier();
        return [.. found.Select((number, k) => number.Writer is null ? number : writer.LoadShared<F32>(spread, k * F32.Size))];
    }

    public override void Fill(Whole<U64> array, Predicate? condition, Func<Real<F32>, Whole<U32>, Real<F32>> value)
    {
        void Write()
        {
            var packs = Packs(array);
            Strips(0, packs, 1, at =>
            {
                var (i, c) = (at[0] * pack, at[0] * pack + start);
                var kept = writer.LoadSharedRow<F32>(Kept(i), 0, pack);
                Real<F32>[] values = [.. kept.Select((e, k) => value(e, k == 0 ? c : c + k))];
                TElement.StorePack(writer, writer.At(array, First + c, TElement.Size), values);
            });
            Strips(packs * pack, length, 1, at => Store(array, start + at[0], value(writer.LoadShared<F32>(Kept(at[0])), start + at[0])));
        }

        if (condition is { } isWanted) writer.If(isWanted, Write);
        else Write();
    }

    /// <summary>A block stays until the others have read what they need of it.</summary>
    public override void End() => writer.AwaitCluster();

    /// <summary>The block's logits into shared memory, many on their way at once; the largest of the thread's.</summary>
    private Real<F32> Load(Whole<U64> logits)
    {
        var (max, packs) = (writer.Variable(Real<F32>.Constant(double.NegativeInfinity)), Packs(logits));
        Strips(0, packs, 4, at =>
        {
            var loaded = Array.ConvertAll(at, i => TElement.LoadPack(writer, writer.At(logits, First + start + i * pack, TElement.Size)));
            for (var k = 0; k < at.Length; k++)
            {
                foreach (var x in loaded[k]) writer.Set(max, Real<F32>.MaxOrSecond(x, max));
                writer.StoreSharedRow(Kept(at[k] * pack), loaded[k]);
            }
        });
        Strips(packs * pack, length, Transform is null ? 8 : 1, at =>
        {
            var loaded = Array.ConvertAll(at, i => Input(logits, start + i));
            for (var k = 0; k < at.Length; k++)
            {
                writer.Set(max, Real<F32>.MaxOrSecond(loaded[k], max));
                writer.StoreShared(Kept(at[k]), loaded[k]);
            }
        });
        return max;
    }

    private Real<F32> MaxOfWarp(Real<F32> max)
    {
        for (var across = Warp / 2; across > 0; across /= 2) max = Real<F32>.MaxOrSecond(max, writer.Across(max, across));
        return max;
    }

    private Real<F32> MaxOfCluster(Real<F32> ofWarp)
    {
        var maxima = writer.Shared("maxima", Warps * F32.Size);
        var lane = thread & (Warp - 1);
        writer.If(Whole<U32>.Equal(lane, 0), () => writer.StoreShared(maxima + thread / Warp * F32.Size, ofWarp));
        writer.ClusterBarrier(); // the units read what others stored, too
        var max = writer.Variable(Real<F32>.Constant(double.NegativeInfinity));
        writer.For(lane, blocks * Warps, Warp, i => writer.Set(max,
            Real<F32>.MaxOrSecond(writer.LoadOfBlock<F32>(maxima + (i & (Warps - 1)) * F32.Size, i / Warps), max)));
        return MaxOfWarp(max);
    }

    /// <summary>How many times 16 bytes of the block's part of an array are accessed at once: none where it is not aligned.</summary>
    private Whole<U32> Packs(Whole<U64> array)
    {
        if (Transform is not null) return writer.Variable<U32>(0); // what it does to a logit is long
        var address = writer.At(array, First + start, TElement.Size);
        return Whole<U32>.Select(Whole<U64>.Equal(address & 15, 0), length / pack, 0);
    }

    /// <summary>From one number to another, by all threads, so many at once as can be.</summary>
    private void Strips(Whole<U32> from, Whole<U32> to, int atOnce, Action<Whole<U32>[]> each)
    {
        var whole = from.Writer is null ? to & -(atOnce * Threads) : from + (to - from & -(atOnce * Threads));
        var rest = from.Writer is null ? thread : from + thread;
        if (atOnce > 1)
        {
            writer.For(rest, whole, atOnce * Threads,
                i => each([.. Enumerable.Range(0, atOnce).Select(k => k == 0 ? i : i + k * Threads)]));
            rest = whole + thread;
        }
        writer.For(rest, to, Threads, i => each([i]));
    }

    private Whole<U32> Kept(Whole<U32> i) => shared + (i + i / Unit * Gap) * F32.Size;
}
