namespace Surprisal.Cuda;

/// <summary>
/// softmax(x) = exp(x - m) / (1 + E) and log-softmax(x) = (x - m) - log1p(E), with the maximum m and the sum E of the other exponentials;
/// NaN
/// where m is not finite. The layouts are those of cross-entropy.
/// </summary>
internal static class SoftmaxKernels
{
    public static readonly IReadOnlyList<PtxModule> Modules =
        [Of<FloatElement, F32>(), Of<DoubleElement, F64>(), Of<HalfElement, F32>(), Of<BFloat16Element, F32>()];

    public static string Name(string layout, bool isLog) => $"{layout}_{(isLog ? "log_softmax" : "softmax")}";

    private static PtxModule Of<TElement, T>() where TElement : struct, IElement<T> where T : struct, IRealFormat => new(
        $"softmax_{TElement.Name}",
        [.. from isLog in (bool[])[false, true]
            from kernel in (PtxKernel[])[Columns<TElement, T>(isLog, false), Columns<TElement, T>(isLog, true), Rows<TElement,
                T>(isLog, true),
                Rows<TElement, T>(isLog, false)]
            select kernel]);

    private static PtxKernel Columns<TElement, T>(bool isLog, bool isStrided)
        where TElement : struct, IElement<T>
        where T : struct, IRealFormat =>
        new(Name(isStrided ? ClassPlan.ColumnStrided : ClassPlan.ColumnRows, isLog), RowTile<TElement, T>.Rows, 4,
            writer => WriteColumns<TElement, T>(writer, isLog, isStrided))
        {
            MaxSharedBytes = isStrided ? 0 : RowTile<TElement, T>.Bytes(LossBlocks.FewClasses),
        };

    private static PtxKernel Rows<TElement, T>(bool isLog, bool isResident)
        where TElement : struct, IElement<T>
        where T : struct, IRealFormat =>
        new(Name(isResident ? ClassPlan.RowsResident : ClassPlan.RowsStreamed, isLog), RowSlots<TElement, T>.Threads, isResident ? 3 : 4,
            writer => WriteRows<TElement, T>(writer, isLog, isResident))
        {
            MaxSharedBytes = isResident ? RowSlots<TElement, T>.MaxShared : 0,
        };

    private static (Whole<U64> From, Whole<U64> To, Whole<U32> Positions, Whole<U32> Classes, Whole<U32> Inner) Arguments(
        PtxWriter writer) =>
        (writer.Address("from"), writer.Address("to"), writer.Parameter<U32>("positions"), writer.Parameter<U32>("classes"),
            writer.Parameter<U32>("inner"));

    /// <summary>1 / (1 + E), or log1p(E).</summary>
    private static Real<T> Normalizer<T>(PtxWriter writer, Real<T> max, Real<F64> expSum, bool isLog) where T : struct, IRealFormat
    {
        var m = writer.Widen(max);
        var one = Real<F64>.One;
        return writer.Narrow<T>((isLog ? Logarithm.Log1p(writer, expSum) : one / (one + expSum)) + (m - m));
    }

    private static void WriteColumns<TElement, T>(PtxWriter writer, bool isLog, bool isStrided)
        where TElement : struct, IElement<T> where T : struct, IRealFormat
    {
        var (from, to, positions, classes, inner) = Arguments(writer);
        var first = writer.Block() * RowTile<TElement, T>.Rows;
        var position = first + writer.Thread();

        void Position(Func<Whole<U32>, Real<T>> load, Action<Whole<U32>, Real<T>>? keep, Action<Whole<U32>, Real<T>> store)
        {
            var found = PositionStatistics<T>.Of(writer, classes, load, isLog ? null : keep, null);
            var normalizer = Normalizer(writer, found.Max, found.ExpSum, isLog);
            writer.For<U32>(0, classes, 1, c => store(c, isLog ? load(c) - found.Max - normalizer
                : (keep is null ? Exponential.Shifted(writer, load(c), found.Max, out _) : load(c)) * normalizer));
        }

        if (isStrided)
        {
            writer.ReturnIf(position >= positions);
            var start = position / inner * (inner * classes) + position % inner;
            Whole<U64> At(Whole<U64> array, Whole<U32> c) => writer.At(array, start + c * inner, TElement.Size);
            Position(c => TElement.Load(writer, At(from, c)), null, (c, value) => TElement.Store(writer, At(to, c), value));
            return;
        }
        var tile = new RowTile<TElement, T>(writer, first, positions, classes);
        tile.Load(from);
        writer.Barrier();
        writer.If(position < positions, () => Position(tile.Read, tile.Write, tile.Write));
        writer.Barrier();
        tile.Store(to);
    }

    private static void WriteRows<TElement, T>(PtxWriter writer, bool isLog, bool isResident)
        where TElement : struct, IElement<T>
        where T : struct, IRealFormat
    {
        var (from, to, positions, classes, _) = Arguments(writer);
        WriteRow(writer, isLog, from, to, new RowSlots<TElement, T>(writer, positions, classes, isResident));
    }

    private static void WriteRow<TElement, T>(PtxWriter writer, bool isLog, Whole<U64> from, Whole<U64> to, RowThreads<TElement, T> row)
        where TElement : struct, IElement<T>
        where T : struct, IRealFormat
    {
        var (max, sums) = row.Statistics(from, keepExponentials: !isLog, null);
        var normalizer = row.Once(() => [Normalizer(writer, max, sums.ExpSum, isLog)], static () => { })[0];
        row.Fill(to, null, (kept, _) => isLog ? kept - max - normalizer : kept * normalizer);
        row.End();
    }

    /// <summary>Rows in clusters of blocks.</summary>
    public static void WriteCluster<TElement>(PtxWriter writer, bool isLog) where TElement : struct, IPackedElement
    {
        var (from, to, _, classes, _) = Arguments(writer);
        WriteRow(writer, isLog, from, to, new RowCluster<TElement>(writer, classes));
    }
}
