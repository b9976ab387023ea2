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
    public const int Threads = 128;

    public static PtxKernel Kernel(ClassVariant variant, bool isStrided) =>
        new(Name(variant, isStrided), Threads, 4, writer => Write(writer, variant, isStrided))
        {
            MaxSharedBytes = isStrided ? 0 : SharedBytes(LossBlocks.FewClasses),
        };

    public static string Name(ClassVariant variant, bool isStrided) => $"columns_{(isStrided ? "strided" : "rows")}_{variant.ToString().ToLowerInvariant()}";

    /// <summary>The shared memory of a block of rows of so many classes: an odd pitch, so that threads use different banks.</summary>
    public static int SharedBytes(int classes) => Threads * (classes | 1) * T.Size;

    private static void Write(PtxWriter writer, ClassVariant variant, bool isStrided)
    {
        var arguments = ClassArguments.Read(writer);
        var first = writer.Block() * Threads;
        var position = first + writer.Thread();
        var isActive = position < arguments.Positions;
        if (isStrided)
        {
            writer.ReturnIf(!isActive);
            var (inner, classes) = (arguments.Inner, arguments.Classes);
            var start = position / inner * (inner * classes) + position % inner;
            Whole<U64> At(Whole<U64> array, Whole<U32> c) => writer.At(array, start + c * inner, TElement.Size);
            WritePosition(writer, arguments, variant, position, c => TElement.Load(writer, At(arguments.Logits, c)), null,
                (c, g) => TElement.Store(writer, At(arguments.Gradient, c), g));
            return;
        }
        var pitch = arguments.Classes | 1;
        var tile = writer.DynamicShared();
        var rows = Whole<U32>.Min(arguments.Positions - first, Threads);
        ForEachElement(writer, arguments.Classes, rows, (i, at) =>
            writer.StoreShared(tile + at * T.Size, TElement.Load(writer, writer.At(arguments.Logits, first * arguments.Classes + i, TElement.Size))));
        writer.Barrier();
        var row = tile + writer.Thread() * pitch * T.Size;
        writer.If(isActive, () => WritePosition(writer, arguments, variant, position, c => writer.LoadShared<T>(row + c * T.Size),
            (c, e) => writer.StoreShared(row + c * T.Size, e), (c, g) => writer.StoreShared(row + c * T.Size, g)));
        writer.Barrier();
        writer.If(arguments.HasGradient(), () => ForEachElement(writer, arguments.Classes, rows, (i, at) =>
            TElement.Store(writer, writer.At(arguments.Gradient, first * arguments.Classes + i, TElement.Size), writer.LoadShared<T>(tile + at * T.Size))));
    }

    /// <summary>The elements of a block's rows, a thread every so-manieth, with their place in the tile; divided once.</summary>
    private static void ForEachElement(PtxWriter writer, Whole<U32> classes, Whole<U32> rows, Action<Whole<U32>, Whole<U32>> each)
    {
        var thread = writer.Thread();
        var pitch = classes | 1;
        var (row, c) = (writer.Variable(thread / classes), writer.Variable(thread % classes));
        var threads = writer.Variable<U32>(Threads);
        var (rowStep, step) = (threads / classes, threads % classes);
        writer.For(thread, rows * classes, Threads, i =>
        {
            each(i, row * pitch + c);
            writer.Set(row, row + rowStep);
            writer.Set(c, c + step);
            writer.If(c >= classes, () =>
            {
                writer.Set(c, c - classes);
                writer.Set(row, row + 1);
            });
        });
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
        var max = writer.Variable(load(writer.Variable<U32>(0)));
        writer.For<U32>(1, classes, 1, c => writer.Set(max, Real<T>.MaxOrSecond(load(c), max)));

        var (sum, smoothing, ones) = (new LaneSum<T>(writer, 1), new LaneSum<T>(writer, 1), writer.Variable(Real<T>.Zero));
        var (four, smoothingFour) = (writer.Variable(Real<T>.Zero), writer.Variable(Real<T>.Zero));
        writer.For<U32>(0, classes, 4, group =>
        {
            writer.Set(four, Real<T>.Zero);
            writer.Set(smoothingFour, Real<T>.Zero);
            writer.For(group, Whole<U32>.Min(group + 4, classes), 1, c =>
            {
                var e = Exponential.Shifted(writer, load(c), max, out var d);
                keep?.Invoke(c, e);
                var isOne = Real<T>.Equal(e, Real<T>.One);
                writer.Set(ones, ones + Real<T>.Select(isOne, Real<T>.One, Real<T>.Zero));
                writer.Set(four, four + Real<T>.Select(isOne, Real<T>.Zero, e));
                if (variant == ClassVariant.Smooth) writer.Set(smoothingFour, smoothingFour + arguments.SmoothingWeightOf<T>(writer, c) * -d);
            });
            sum.Add(four);
            if (variant == ClassVariant.Smooth) smoothing.Add(smoothingFour);
        });
        sum.Add(ones - Real<T>.One); // small whole numbers: exact

        var row = ClassRow<T>.Of(writer, arguments, variant, max, targetLogit, sum.Value(), arguments.WeightOf<T>(writer, targetClass), smoothing.Value());
        var loss = Real<F64>.Select(isIgnored, Real<F64>.Zero, row.Loss);
        writer.Store(writer.At(arguments.Losses, position, 8), loss);
        writer.If(Whole<U64>.NotEqual(arguments.Each, 0),
            () => TElement.StoreDouble(writer, writer.At(arguments.Each, position, TElement.Size), loss));
        writer.If(arguments.HasGradient(), () => writer.For<U32>(0, classes, 1, c =>
        {
            var e = keep is null ? Exponential.Shifted(writer, load(c), max, out _) : load(c);
            var gradient = Real<T>.Select(Whole<U32>.Equal(c, targetClass), row.TargetGradient, row.Gradient(writer, arguments, variant, e, c));
            store(c, Real<T>.Select(isIgnored, Real<T>.Zero, gradient));
        }));
    }
}
