namespace Surprisal.Cuda;

/// <summary>
/// The rows of a block, each in as many threads as the library's block has lanes. Rows that fit stay in shared memory between the passes.
/// </summary>
internal sealed class RowSlots<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    public const int Threads = 256;

    /// <summary>The most shared memory of a block, of which three then fit on a multiprocessor of 228 KB.</summary>
    public const int MaxShared = 69_632;

    private readonly PtxWriter writer;
    private readonly bool isResident;
    private readonly Whole<U32> first, classes, shared;

    /// <param name="writer">Of the kernel.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="classes">How long they are.</param>
    /// <param name="isResident">Whether they stay in shared memory.</param>
    public RowSlots(PtxWriter writer, Whole<U32> rows, Whole<U32> classes, bool isResident)
    {
        (this.writer, this.classes, this.isResident) = (writer, classes, isResident);
        var thread = writer.Thread();
        var slot = thread >> BitOperations.Log2((uint)T.Lanes);
        Lane = thread & (T.Lanes - 1);
        var wanted = writer.Block() * RowsOfABlock + slot;
        IsActive = wanted < rows;
        Row = Whole<U32>.Select(IsActive, wanted, rows - 1); // every lane takes part in shuffles
        first = Row * classes;
        shared = slot * ((classes + (2 * T.Lanes - 1) & -2 * T.Lanes) + T.Lanes) * T.Size;
        if (isResident) shared += writer.DynamicShared();
    }

    public static int RowsOfABlock => Threads / T.Lanes;

    /// <summary>Whether the thread has a row of its own; the others repeat the last one and store nothing.</summary>
    public Predicate IsActive { get; }

    public Whole<U32> Row { get; }

    public Whole<U32> Lane { get; }

    /// <summary>What happens to the logits first, or null.</summary>
    public LogitTransform<T>? Transform { get; init; }

    /// <summary>Rows are half a round of the banks apart, so that those of a warp use different ones.</summary>
    public static int SharedBytes(int classes) =>
        RowsOfABlock * ((classes + 2 * T.Lanes - 1) / (2 * T.Lanes) * (2 * T.Lanes) + T.Lanes) * T.Size;

    /// <summary>The maximum and the sums of the row, in every lane; exponentials may replace the logits in shared memory.</summary>
    public (Real<T> Max, (Real<F64> ExpSum, Real<F64> SmoothingSum) Sums) Statistics(
        Whole<U64> logits,
        bool keepExponentials,
        Func<Whole<U32>, Real<T>, Real<T>>? smooth)
    {
        var max = Max(logits);
        var sums = new RowLanes<T>(writer, Lane, classes).Sums(smooth is not null, (Whole<U32> c, out Real<T> term) =>
        {
            var e = MakeExponential(logits, c, max, keepExponentials, out var d);
            term = smooth is null ? d : smooth(c, d);
            return e;
        });
        return (max, sums);
    }

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

    /// <summary>A logit as the loss sees it.</summary>
    public Real<T> Input(Whole<U64> logits, Whole<U32> c) => Transform?.Forward(Global(logits, c), c) ?? Global(logits, c);

    public Real<T> Global(Whole<U64> array, Whole<U32> c) => TElement.Load(writer, writer.At(array, first + c, TElement.Size));

    public void Store(Whole<U64> array, Whole<U32> c, Real<T> value) =>
        TElement.Store(writer, writer.At(array, first + c, TElement.Size), value);

    private Whole<U32> Kept(Whole<U32> c) => shared + c * T.Size;
}
