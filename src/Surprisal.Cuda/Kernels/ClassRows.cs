namespace Surprisal.Cuda;

/// <summary>
/// Cross-entropy of rows of more than 128 classes, a row to as many threads as the library's block has lanes. Rows that fit stay in
/// shared memory between the passes, which memory then sees once; longer ones are read three times.
/// </summary>
/// <inheritdoc cref="ClassColumns{TElement, T}"/>
internal static class ClassRows<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    public const int Threads = RowSlots<TElement, T>.Threads;

    public static PtxKernel Kernel(ClassVariant variant, bool isResident) =>
        new(ClassPlan.Name(isResident ? ClassPlan.RowsResident : ClassPlan.RowsStreamed, variant), Threads, isResident ? 3 : 4,
            writer => Write(writer, variant, isResident))
        {
            MaxSharedBytes = isResident ? RowSlots<TElement, T>.MaxShared : 0,
        };

    private static void Write(PtxWriter writer, ClassVariant variant, bool isResident)
    {
        var arguments = ClassArguments.Read(writer);
        var classes = arguments.Classes;
        var transform = arguments.Transform<T>(writer, variant);
        var slots = new RowSlots<TElement, T>(writer, arguments.Positions, classes, isResident) { Transform = transform };
        var target = writer.LoadWhole<S32>(writer.At(arguments.Targets, slots.Row, 4));
        var isIgnored = target < 0;
        var targetClass = writer.Convert<S32, U32>(Whole<S32>.Select(isIgnored, 0, target));
        var targetLogit = slots.Input(arguments.Logits, targetClass);
        var (max, sums) = slots.Statistics(arguments.Logits, keepExponentials: true,
            variant is ClassVariant.Smooth or ClassVariant.Transformed ? (c, d) => arguments.SmoothingWeightOf<T>(writer, c) * -d : null);
        var found = ClassRow<T>.Of(
            writer, arguments, variant, max, targetLogit, sums.ExpSum, arguments.WeightOf<T>(writer, targetClass), sums.SmoothingSum,
            ClassArguments.SampleWeightOf(writer, arguments.SampleWeights, slots.Row));
        writer.Barrier(); // logits have been read, and exponentials stored, by all lanes
        var loss = Real<F64>.Select(isIgnored, Real<F64>.Zero, found.Loss);
        writer.If(slots.IsActive & Whole<U32>.Equal(slots.Lane, 0), () =>
        {
            writer.Store(writer.At(arguments.Losses, slots.Row, 8), loss);
            writer.If(Whole<U64>.NotEqual(arguments.Each, 0),
                () => TElement.StoreDouble(writer, writer.At(arguments.Each, slots.Row, TElement.Size), loss));
        });
        writer.If(slots.IsActive & arguments.HasGradient(), () => writer.For<U32>(slots.Lane, classes, T.Lanes, c =>
        {
            var gradient = found.Gradient(writer, arguments, variant, slots.Exponential(arguments.Logits, c, max), c);
            gradient = Real<T>.Select(Whole<U32>.Equal(c, targetClass), found.TargetGradient, gradient);
            gradient = Real<T>.Select(isIgnored, Real<T>.Zero, gradient);
            slots.Store(arguments.Gradient, c, transform?.Backward(gradient, () => slots.Global(arguments.Logits, c)) ?? gradient);
        }));
    }
}
