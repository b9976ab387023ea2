namespace Surprisal.Cuda;

/// <summary>
/// Cross-entropy with a thread for each position: up to 128 classes side by side, or classes that are apart. Rows go through shared memory,
/// so that neighbours read neighbours and memory is read once; strided positions are neighbours already and are read three times, from a
/// cache after the first.
/// </summary>
/// <typeparam name="TElement">What the logits are.</typeparam>
/// <typeparam name="T">What they are computed in.</typeparam>
internal static class ClassColumns<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    public const int Threads = RowTile<TElement, T>.Rows;

    public static PtxKernel Kernel(ClassVariant variant, bool isStrided) =>
        new(ClassPlan.Name(isStrided ? ClassPlan.ColumnStrided : ClassPlan.ColumnRows, variant), Threads, 4,
            writer => Write(writer, variant, isStrided))
        {
            MaxSharedBytes = isStrided ? 0 : RowTile<TElement, T>.Bytes(LossBlocks.FewClasses),
        };

    private static void Write(PtxWriter writer, ClassVariant variant, bool isStrided)
    {
        var arguments = ClassArguments.Read(writer);
        var transform = arguments.Transform<T>(writer, variant);
        var first = writer.Block() * Threads;
        var position = first + writer.Thread();
        var isActive = position < arguments.Positions;
        if (isStrided)
        {
            writer.ReturnIf(!isActive);
            var (inner, classes) = (arguments.Inner, arguments.Classes);
            var start = position / inner * (inner * classes) + position % inner;
            Whole<U64> At(Whole<U64> array, Whole<U32> c) => writer.At(array, start + c * inner, TElement.Size);
            Real<T> Logit(Whole<U32> c) => TElement.Load(writer, At(arguments.Logits, c));
            WritePosition(writer, arguments, variant, position, c => transform?.Forward(Logit(c), c) ?? Logit(c), null,
                (c, g) => TElement.Store(writer, At(arguments.Gradient, c), transform?.Backward(g, () => Logit(c)) ?? g));
            return;
        }
        var tile = new RowTile<TElement, T>(writer, first, arguments.Positions, arguments.Classes);
        tile.Load(arguments.Logits, transform);
        writer.Barrier();
        writer.If(isActive, () => WritePosition(writer, arguments, variant, position, tile.Read, tile.Write, tile.Write));
        writer.Barrier();
        writer.If(arguments.HasGradient(), () => tile.Store(arguments.Gradient, transform, arguments.Logits));
    }

    /// <summary>One position, whose exponentials are kept where the logits were, or made twice.</summary>
    private static void WritePosition(
        PtxWriter writer,
        ClassArguments arguments,
        ClassVariant variant,
        Whole<U32> position,
        Func<Whole<U32>, Real<T>> load,
        Action<Whole<U32>, Real<T>>? keep,
        Action<Whole<U32>, Real<T>> store)
    {
        var classes = arguments.Classes;
        var target = writer.LoadWhole<S32>(writer.At(arguments.Targets, position, 4));
        var isIgnored = target < 0;
        var targetClass = writer.Convert<S32, U32>(Whole<S32>.Select(isIgnored, 0, target));
        var targetLogit = load(targetClass);
        var found = PositionStatistics<T>.Of(writer, classes, load, keep,
            variant is ClassVariant.Smooth or ClassVariant.Transformed ? (c, d) => arguments.SmoothingWeightOf<T>(writer, c) * -d : null);
        var row = ClassRow<T>.Of(writer, arguments, variant, found.Max, targetLogit, found.ExpSum,
            arguments.WeightOf<T>(writer, targetClass), found.SmoothingSum,
            ClassArguments.SampleWeightOf(writer, arguments.SampleWeights, position));
        var loss = Real<F64>.Select(isIgnored, Real<F64>.Zero, row.Loss);
        writer.Store(writer.At(arguments.Losses, position, 8), loss);
        writer.If(Whole<U64>.NotEqual(arguments.Each, 0),
            () => TElement.StoreDouble(writer, writer.At(arguments.Each, position, TElement.Size), loss));
        writer.If(arguments.HasGradient(), () => writer.For<U32>(0, classes, 1, c =>
        {
            var e = keep is null ? Exponential.Shifted(writer, load(c), found.Max, out _) : load(c);
            var gradient = Real<T>.Select(Whole<U32>.Equal(c, targetClass), row.TargetGradient,
                row.Gradient(writer, arguments, variant, e, c));
            store(c, Real<T>.Select(isIgnored, Real<T>.Zero, gradient));
        }));
    }
}
