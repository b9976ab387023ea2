namespace Surprisal.Cuda;

/// <summary>
/// Cross-entropy of rows of more than 128 classes, a row to as many threads as the library's block has lanes. Rows that fit stay in
/// shared memory between the passes, which memory then sees once; longer ones are read three times.
/// </summary>
/// <inheritdoc cref="ClassColumns{TElement, T}"/>
internal static class ClassRows<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    public const int Threads = 256;

    /// <summary>The most shared memory of a block, of which three then fit on a multiprocessor of 228 KB.</summary>
    public const int MaxShared = 69_632;

    public static int RowsOfABlock => Threads / T.Lanes;

    public static PtxKernel Kernel(ClassVariant variant, bool isResident) =>
        new(Name(variant, isResident), Threads, isResident ? 3 : 4, writer => Write(writer, variant, isResident))
        {
            MaxSharedBytes = isResident ? MaxShared : 0,
        };

    public static string Name(ClassVariant variant, bool isResident) => $"rows_{(isResident ? "resident" : "streamed")}_{variant.ToString().ToLowerInvariant()}";

    public static int SharedBytes(int classes) => RowsOfABlock * Pitch(classes) * T.Size;

    /// <summary>Rows are half a round of the banks apart, so that those of a warp use different ones.</summary>
    private static int Pitch(int classes) => (classes + 2 * T.Lanes - 1) / (2 * T.Lanes) * (2 * T.Lanes) + T.Lanes;

    private static void Write(PtxWriter writer, ClassVariant variant, bool isResident)
    {
        var arguments = ClassArguments.Read(writer);
        var (thread, classes) = (writer.Thread(), arguments.Classes);
        var (lane, rowOfBlock) = (thread & (T.Lanes - 1), thread >> BitOperations.Log2((uint)T.Lanes));
        var wanted = writer.Block() * RowsOfABlock + rowOfBlock;
        var isActive = wanted < arguments.Positions;
        var row = Whole<U32>.Select(isActive, wanted, arguments.Positions - 1); // every lane takes part in shuffles
        var first = row * classes;
        var shared = rowOfBlock * ((classes + (2 * T.Lanes - 1) & -2 * T.Lanes) + T.Lanes) * T.Size;
        if (isResident) shared += writer.DynamicShared();

        Real<T> Logit(Whole<U32> c) => TElement.Load(writer, writer.At(arguments.Logits, first + c, TElement.Size));
        Whole<U32> Kept(Whole<U32> c) => shared + c * T.Size;
        var lanes = new RowLanes<T>(writer, lane, classes);

        var target = writer.LoadWhole<S32>(writer.At(arguments.Targets, row, 4));
        var isIgnored = target < 0;
        var targetClass = writer.Convert<S32, U32>(Whole<S32>.Select(isIgnored, 0, target));
        var targetLogit = Logit(targetClass);
        var max = lanes.Max(c =>
        {
            var x = Logit(c);
            if (isResident) writer.StoreShared(Kept(c), x);
            return x;
        });
        if (isResident) writer.Barrier(); // the last lanes read what others stored
        var sums = lanes.Sums(variant == ClassVariant.Smooth, (Whole<U32> c, out Real<T> smoothing) =>
        {
            var e = Exponential.Shifted(writer, isResident ? writer.LoadShared<T>(Kept(c)) : Logit(c), max, out var d);
            if (isResident) writer.StoreShared(Kept(c), e);
            smoothing = variant == ClassVariant.Smooth ? arguments.SmoothingWeightOf<T>(writer, c) * -d : d;
            return e;
        });
        var found = ClassRow<T>.Of(
            writer, arguments, variant, max, targetLogit, sums.ExpSum, arguments.WeightOf<T>(writer, targetClass), sums.SmoothingSum);
        writer.Barrier(); // logits have been read, and exponentials stored, by all lanes
        var loss = Real<F64>.Select(isIgnored, Real<F64>.Zero, found.Loss);
        writer.If(isActive & Whole<U32>.Equal(lane, 0), () =>
        {
            writer.Store(writer.At(arguments.Losses, row, 8), loss);
            writer.If(Whole<U64>.NotEqual(arguments.Each, 0),
                () => TElement.StoreDouble(writer, writer.At(arguments.Each, row, TElement.Size), loss));
        });
        writer.If(isActive & arguments.HasGradient(), () => writer.For<U32>(lane, classes, T.Lanes, c =>
        {
            var e = isResident ? writer.LoadShared<T>(Kept(c)) : Exponential.Shifted(writer, Logit(c), max, out _);
            var gradient = Real<T>.Select(Whole<U32>.Equal(c, targetClass), found.TargetGradient, found.Gradient(writer, arguments, variant, e, c));
            TElement.Store(writer, writer.At(arguments.Gradient, first + c, TElement.Size), Real<T>.Select(isIgnored, Real<T>.Zero, gradient));
        }));
    }
}
