namespace Surprisal.Cuda;

/// <summary>
/// The rows of a block, each in as many threads as the library's block has lanes. Rows that fit stay in shared memory between the passes.
/// </summary>
internal sealed class RowSlots<TElement, T> : RowThreads<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    public const int Threads = 256;

    /// <summary>The most shared memory of a block, of which three then fit on a multiprocessor of 228 KB.</summary>
    public const int MaxShared = 69_632;

    private readonly PtxWriter writer;
    private readonly bool isResident;
    private readonly Whole<U32> classes, shared;
    private Func<Whole<U32>, Real<T>>? kept;

    /// <param name="writer">Of the kernel.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="classes">How long they are.</param>
    /// <param name="isResident">Whether they stay in shared memory.</param>
    public RowSlots(PtxWriter writer, Whole<U32> rows, Whole<U32> classes, bool isResident) : base(writer)
    {
        (this.writer, this.classes, this.isResident) = (writer, classes, isResident);
        var thread = writer.Thread();
        var slot = thread >> BitOperations.Log2((uint)T.Lanes);
        Lane = thread & (T.Lanes - 1);
        var wanted = writer.Block() * RowsOfABlock + slot;
        IsActive = wanted < rows;
        Row = Whole<U32>.Select(IsActive, wanted, rows - 1); // every lane takes part in shuffles
        First = Row * classes;
        shared = slot * ((classes + (2 * T.Lanes - 1) & -2 * T.Lanes) + T.Lanes) * T.Size;
        if (isResident) shared += writer.DynamicShared();
    }

    public static int RowsOfABlock => Threads / T.Lanes;

    /// <summary>Whether the thread has a row of its own; the others repeat the last one and store nothing.</summary>
    public Predicate IsActive { get; }

    public Whole<U32> Lane { get; }

    /// <summary>Rows are half a round of the banks apart, so that those of a warp use different ones.</summary>
    public static int SharedBytes(int classes) =>
        RowsOfABlock * ((classes + 2 * T.Lanes - 1) / (2 * T.Lanes) * (2 * T.Lanes) + T.Lanes) * T.Size;

    public override Predicate IsFirst() => IsActive & Whole<U32>.Equal(Lane, 0);

    public override (Real<T> Max, (Real<F64> ExpSum, Real<F64> SmoothingSum) Sums) Statistics(
        Whole<U64> logits,
        bool keepExponentials,
        Func<Whole<U32>, Real<T>, Real<T>>? smooth)
    {
        var max = Max(logits);
        kept = c => keepExponentials ? Exponential(logits, c, max) : Logit(logits, c);
        var sums = new RowLanes<T>(writer, Lane, classes).Sums(smooth is not null, (Whole<U32> c, out Real<T> term) =>
        {
            var e = MakeExponential(logits, c, max, keepExponentials, out var d);
            term = smooth is null ? d : smooth(c, d);
            return e;
        });
        return (max, sums);
    }

    public override Real<T>[] Once(Func<Real<T>[]> find, Action store)
    {
        var numbers = find();
        writer.Barrier(); // logits have been read, and exponentials stored, by all lanes
        store();
        return numbers;
    }

    public override void Fill(Whole<U64> array, Predicate? condition, Func<Real<T>, Whole<U32>, Real<T>> value) =>
        writer.If(condition is { } isWanted ? IsActive & isWanted : IsActive,
            () => writer.For(Lane, classes, T.Lanes, c => Store(array, c, value(kept!(c), c))));

    public override void End() { }

    /// <summary>The maximum of the row, in every lane; the logits are in shared memory afterwards, if they fit.</summary>
    public Real<T> Max(Whole<U64> logits)
    {
        var max = new RowLanes<T>(writer, Lane, classes).Max(c =>
        {
            var x = Input(logits, c);
            if (isResident) writer.StoreShared(Kept(c), x);
            return x;
        });
        if (isResident) writer.Barrier(); // the last lanes read what others stored
        return max;
    }

    /// <summary>exp(x - m), which may replace the logit in shared memory, and x - m.</summary>
    public Real<T> MakeExponential(Whole<U64> logits, Whole<U32> c, Real<T> max, bool keep, out Real<T> d)
    {
        var e = Cuda.Exponential.Shifted(writer, Logit(logits, c), max, out d);
        if (isResident && keep) writer.StoreShared(Kept(c), e);
        return e;
    }

    /// <summary>A logit, while exponentials have not replaced it.</summary>
    public Real<T> Logit(Whole<U64> logits, Whole<U32> c) => isResident ? writer.LoadShared<T>(Kept(c)) : Input(logits, c);

    /// <summary>An exponential that was kept, or is made again.</summary>
    public Real<T> Exponential(Whole<U64> logits, Whole<U32> c, Real<T> max) =>
        isResident ? writer.LoadShared<T>(Kept(c)) : Cuda.Exponential.Shifted(writer, Input(logits, c), max, out _);

    private Whole<U32> Kept(Whole<U32> c) => shared + c * T.Size;
}
