namespace Surprisal.Cuda;

/// <summary>
/// What losses whose targets are numbers need besides their elements: probabilities checked before anything is written, and the losses of
/// rows.
/// </summary>
internal static class DenseKernels
{
    public const int Threads = 256;

    public const string RowTotal = "row_total";

    public static PtxModule Module { get; } = new("dense",
    [
        .. Kernels<FloatElement, F32>(), .. Kernels<DoubleElement, F64>(), .. Kernels<HalfElement, F32>(),
        .. Kernels<BFloat16Element, F32>(), new(RowTotal, OrderedSum.Threads, 1, WriteRowTotal),
    ]);

    public static PtxKernel Check(ElementType type) => Module.Entries[2 * type.Index];

    public static PtxKernel Rows(ElementType type) => Module.Entries[2 * type.Index + 1];

    private static PtxKernel[] Kernels<TElement, T>() where TElement : struct, IElement<T> where T : struct, IRealFormat =>
    [
        new($"check_{TElement.Name}", Threads, 4, WriteCheck<TElement, T>),
        new($"rows_{TElement.Name}", Threads, 4, WriteRows<TElement, T>),
    ];

    /// <summary>The first number outside of [0, 1] whose sample weight is not 0; it counts from <c>offset</c>.</summary>
    private static void WriteCheck<TElement, T>(PtxWriter writer) where TElement : struct, IElement<T> where T : struct, IRealFormat
    {
        var (from, sampleWeights) = (writer.Address("from"), writer.Address("sample_weights"));
        var (elements, offset, state) = (writer.Parameter<U32>("elements"), writer.Parameter<U64>("offset"), writer.Address("state"));
        writer.Four(Threads, elements, at =>
        {
            var numbers = Array.ConvertAll(at, i => TElement.Load(writer, writer.At(from, i, TElement.Size)));
            for (var k = 0; k < at.Length; k++)
            {
                var (i, x) = (at[k], numbers[k]);
                writer.If(!(x >= Real<T>.Zero & x <= Real<T>.One), () =>
                {
                    var weight = writer.Variable(Real<T>.One);
                    writer.If(Whole<U64>.NotEqual(sampleWeights, 0),
                        () => writer.Set(weight, TElement.Load(writer, writer.At(sampleWeights, i, TElement.Size))));
                    writer.If(!Real<T>.Equal(weight, Real<T>.Zero), () => writer.Atomic("min", state,
                        writer.Convert<U32, U64>(i) + offset, EvaluationState.Offset(nameof(EvaluationState.FirstBad))));
                });
            }
        });
    }

    /// <summary>A thread a row: its mean over the classes, from the sum.</summary>
    private static void WriteRows<TElement, T>(PtxWriter writer) where TElement : struct, IElement<T> where T : struct, IRealFormat
    {
        var (losses, each, rows) = (writer.Address("losses"), writer.Address("each"), writer.Parameter<U32>("rows"));
        var (classes, state) = (writer.Number<F64>("classes"), writer.Address("state"));
        ClassArguments.ReturnIfStopped(writer, state);
        var i = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(i >= rows);
        var at = writer.At(losses, i, 8);
        var loss = writer.Load<F64>(at) / classes;
        writer.Store(at, loss);
        writer.If(Whole<U64>.NotEqual(each, 0), () => TElement.StoreDouble(writer, writer.At(each, i, TElement.Size), loss));
    }

    /// <summary>The rows in order, as the library adds them.</summary>
    private static void WriteRowTotal(PtxWriter writer)
    {
        var (losses, rows, state) = (writer.Address("losses"), writer.Parameter<U32>("rows"), writer.Address("state"));
        ClassArguments.ReturnIfStopped(writer, state);
        var sum = writer.Variable(Real<F64>.Zero);
        OrderedSum.Write(writer, losses, rows, x => writer.Set(sum, sum + x));
        writer.ReturnIf(writer.Thread() > 0);
        writer.Store(state, sum, EvaluationState.Offset(nameof(EvaluationState.Sum)));
    }
}
