namespace Surprisal.Cuda;

/// <summary>Cross-entropy with class probabilities with a thread for each position; the logits as <see cref="ClassColumns{TElement, T}"/>
/// has them, the probabilities from where they lie.</summary>
/// <typeparam name="TElement">What the logits are.</typeparam>
/// <typeparam name="T">What they are computed in.</typeparam>
internal static class ProbabilityColumns<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    public static void Write(PtxWriter writer, bool isStrided)
    {
        var arguments = ClassArguments.Read(writer, areProbabilities: true);
        var transform = arguments.Transform<T>(writer, ClassVariant.Transformed)!;
        var first = writer.Block() * RowTile<TElement, T>.Rows;
        var position = first + writer.Thread();
        var isActive = position < arguments.Positions;
        var (inner, classes) = (arguments.Inner, arguments.Classes);
        Whole<U64> At(Whole<U64> array, Whole<U32> c) =>
            writer.At(array, position / inner * (inner * classes) + position % inner + c * inner, TElement.Size);
        Real<T> Target(Whole<U32> c) => TElement.Load(writer, At(arguments.Targets, c));
        Real<T> Logit(Whole<U32> c) => TElement.Load(writer, At(arguments.Logits, c));
        Real<T> Input(Whole<U32> c) => transform.Forward(Logit(c), c);
        void StoreTarget(Whole<U32> c, Real<T> g) => TElement.Store(writer, At(arguments.TargetGradient, c), g);
        if (isStrided)
        {
            writer.ReturnIf(!isActive);
            WritePosition(writer, arguments, position, Input, Input, Target, null,
                (c, g) => TElement.Store(writer, At(arguments.Gradient, c), transform.Backward(g, () => Logit(c))), StoreTarget);
            return;
        }
        var tile = new RowTile<TElement, T>(writer, first, arguments.Positions, classes);
        tile.Load(arguments.Logits, transform);
        writer.Barrier();
        writer.If(isActive,
            () => WritePosition(writer, arguments, position, tile.Read, Input, Target, tile.Write, tile.Write, StoreTarget));
        writer.Barrier();
        writer.If(arguments.HasGradient(), () => tile.Store(arguments.Gradient, transform, arguments.Logits));
    }

    /// <summary>One position; exponentials are kept where logits were, which are then read once more where they lie.</summary>
    private static void WritePosition(
        PtxWriter writer,
        ClassArguments arguments,
        Whole<U32> position,
        Func<Whole<U32>, Real<T>> load,
        Func<Whole<U32>, Real<T>> loadAgain,
        Func<Whole<U32>, Real<T>> target,
        Action<Whole<U32>, Real<T>>? keep,
        Action<Whole<U32>, Real<T>> store,
        Action<Whole<U32>, Real<T>> storeTarget)
    {
        var classes = arguments.Classes;
        var distribution = ProbabilityRow<T>.Distribution(writer, arguments);
        var max = writer.Variable(load(writer.Variable<U32>(0)));
        writer.For<U32>(1, classes, 1, c => writer.Set(max, Real<T>.MaxOrSecond(load(c), max)));
        var sums = new ProbabilitySums<T>(writer, arguments, isColumn: true);
        writer.For<U32>(0, classes, 4, group =>
        {
            writer.For(group, Whole<U32>.Min(group + 4, classes), 1, c =>
            {
                var e = Exponential.Shifted(writer, load(c), max, out var d);
                keep?.Invoke(c, e);
                sums.Add(e, distribution(target(c), c), d);
            });
            sums.EndGroup();
        });
        var row = ProbabilityRow<T>.Of(
            writer, arguments, max, writer.Widen(sums.Ones), sums.ExpSum, sums.Rest, sums.Top, sums.Cost,
            ProbabilityKernels.SampleWeightOf<TElement, T>(writer, arguments, position));
        writer.Store(writer.At(arguments.Losses, position, 8), row.Loss);
        writer.If(Whole<U64>.NotEqual(arguments.Each, 0),
            () => TElement.StoreDouble(writer, writer.At(arguments.Each, position, TElement.Size), row.Loss));
        writer.If(arguments.HasTargetGradient(), () =>
        {
            var gradientOf = row.TargetGradient(writer, arguments, max, isColumn: true);
            writer.For<U32>(0, classes, 1, c => storeTarget(c, gradientOf(loadAgain(c), c)));
        });
        writer.If(arguments.HasGradient(), () =>
        {
            var gradientOf = row.Gradient(writer);
            writer.For<U32>(0, classes, 1, c =>
            {
                var e = keep is null ? Exponential.Shifted(writer, load(c), max, out _) : load(c);
                store(c, gradientOf(e, distribution(target(c), c)));
            });
        });
    }
}
