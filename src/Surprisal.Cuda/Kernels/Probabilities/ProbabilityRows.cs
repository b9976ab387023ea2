namespace Surprisal.Cuda;

/// <summary>Cross-entropy with class probabilities of rows of more than 128 classes, as <see cref="ClassRows{TElement, T}"/>.</summary>
/// <inheritdoc cref="ProbabilityColumns{TElement, T}"/>
internal static class ProbabilityRows<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    public static void Write(PtxWriter writer, bool isResident)
    {
        var arguments = ClassArguments.Read(writer, areProbabilities: true);
        var transform = arguments.Transform<T>(writer, ClassVariant.Transformed)!;
        var (classes, logits) = (arguments.Classes, arguments.Logits);
        var slots = new RowSlots<TElement, T>(writer, arguments.Positions, classes, isResident) { Transform = transform };
        var distribution = ProbabilityRow<T>.Distribution(writer, arguments);
        var max = slots.Max(logits);
        var sums = new ProbabilitySums<T>(writer, arguments, isColumn: false);

        void Add(Whole<U32> c)
        {
            var e = slots.MakeExponential(logits, c, max, keep: true, out var d);
            sums.Add(e, distribution(slots.Global(arguments.Targets, c), c), d);
        }

        // what does not fill a block belongs to the last lanes, and comes first here
        var wholeBlocks = classes & -T.Lanes;
        writer.If(slots.Lane + (classes - wholeBlocks) >= T.Lanes, () => Add(classes - T.Lanes + slots.Lane));
        writer.For(slots.Lane, wholeBlocks, T.Lanes, Add);
        var row = ProbabilityRow<T>.Of(writer, arguments, max, RowLanes<T>.Tree(writer, writer.Widen(sums.Ones)),
            RowLanes<T>.Tree(writer, sums.ExpSum), RowLanes<T>.Tree(writer, sums.Rest), RowLanes<T>.Tree(writer, sums.Top),
            RowLanes<T>.Tree(writer, sums.Cost), ProbabilityKernels.SampleWeightOf<TElement, T>(writer, arguments, slots.Row));
        writer.Barrier(); // logits have been read, and exponentials stored, by all lanes
        writer.If(slots.IsActive & Whole<U32>.Equal(slots.Lane, 0), () =>
        {
            writer.Store(writer.At(arguments.Losses, slots.Row, 8), row.Loss);
            writer.If(Whole<U64>.NotEqual(arguments.Each, 0),
                () => TElement.StoreDouble(writer, writer.At(arguments.Each, slots.Row, TElement.Size), row.Loss));
        });
        writer.If(slots.IsActive & arguments.HasTargetGradient(), () =>
        {
            var gradientOf = row.TargetGradient(writer, arguments, max, isColumn: false);
            writer.For<U32>(slots.Lane, classes, T.Lanes,
                c => slots.Store(arguments.TargetGradient, c, gradientOf(slots.Input(logits, c), c)));
        });
        writer.If(slots.IsActive & arguments.HasGradient(), () =>
        {
            var gradientOf = row.Gradient(writer);
            writer.For<U32>(slots.Lane, classes, T.Lanes, c =>
            {
                var gradient = gradientOf(slots.Exponential(logits, c, max), distribution(slots.Global(arguments.Targets, c), c));
                slots.Store(arguments.Gradient, c, transform.Backward(gradient, () => slots.Global(logits, c)));
            });
        });
    }
}
