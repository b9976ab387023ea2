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
        var transform = arguments.Transform<T>(writer, variant);
        Write(writer, variant, arguments,
            new RowSlots<TElement, T>(writer, arguments.Positions, arguments.Classes, isResident) { Transform = transform });
    }

    /// <summary>The same of any threads of a row.</summary>
    public static void Write(PtxWriter writer, ClassVariant variant, ClassArguments arguments, RowThreads<TElement, T> row)
    {
        var target = writer.LoadWhole<S32>(writer.At(arguments.Targets, row.Row, 4));
        var isIgnored = target < 0;
        var targetClass = writer.Convert<S32, U32>(Whole<S32>.Select(isIgnored, 0, target));
        var targetLogit = row.Input(arguments.Logits, targetClass);
        var (max, sums) = row.Statistics(arguments.Logits, keepExponentials: true,
            variant is ClassVariant.Smooth or ClassVariant.Transformed ? (c, d) => arguments.SmoothingWeightOf<T>(writer, c) * -d : null);
        ClassRow<T> found = null!;
        var numbers = row.Once(() =>
        {
            found = ClassRow<T>.Of(
                writer, arguments, variant, max, targetLogit, sums.ExpSum, arguments.WeightOf<T>(writer, targetClass), sums.SmoothingSum,
                ClassArguments.SampleWeightOf(writer, arguments.SampleWeights, row.Row));
            return [found.Factor, found.TargetGradient, found.SmoothingTerm];
        }, () =>
        {
            var loss = Real<F64>.Select(isIgnored, Real<F64>.Zero, found.Loss);
            writer.If(row.IsFirst(), () =>
            {
                writer.Store(writer.At(arguments.Losses, row.Row, 8), loss);
                writer.If(Whole<U64>.NotEqual(arguments.Each, 0),
                    () => TElement.StoreDouble(writer, writer.At(arguments.Each, row.Row, TElement.Size), loss));
            });
        });
        found = found with { Factor = numbers[0], TargetGradient = numbers[1], SmoothingTerm = numbers[2] };
        row.Fill(arguments.Gradient, arguments.HasGradient(), (e, c) =>
        {
            var gradient = found.Gradient(writer, arguments, variant, e, c);
            gradient = Real<T>.Select(Whole<U32>.Equal(c, targetClass), found.TargetGradient, gradient);
            gradient = Real<T>.Select(isIgnored, Real<T>.Zero, gradient);
            return row.Transform?.Backward(gradient, () => row.Global(arguments.Logits, c)) ?? gradient;
        });
        row.End();
    }
}
