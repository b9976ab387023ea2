namespace Surprisal.Cuda;

/// <summary>
/// Targets of any integer type before anything is written: the first that is no class, how many count, and the classes as int, -1 for an
/// ignored one; then what the mean divides by.
/// </summary>
internal static class TargetKernels
{
    public const int Threads = 256;

    /// <summary>Writes the state that an evaluation begins with, so that nothing has to be copied and waited for.</summary>
    public const string Begin = "begin";

    public static PtxModule Module { get; } = new("targets",
        [.. TargetType.All.Select(static type => new PtxKernel(CheckName(type), Threads, 4, writer => WriteCheck(writer, type))),
            new(Begin, 32, 1, WriteBegin), new(DivisorName<F32>(), 32, 1, WriteDivisor<F32>),
            new(DivisorName<F64>(), 32, 1, WriteDivisor<F64>)]);

    public static string CheckName(TargetType type) => $"check_{type.Name}";

    public static string DivisorName<T>() where T : struct, IRealFormat => $"divisor_{T.Type}";

    private static void WriteBegin(PtxWriter writer)
    {
        var state = writer.Address("state");
        var i = writer.Thread();
        writer.ReturnIf(i >= EvaluationState.Size / 8);
        var isFirstBad = Whole<U32>.Equal(i, EvaluationState.Offset(nameof(EvaluationState.FirstBad)) / 8);
        writer.Store(writer.At(state, i, 8), Whole<U64>.Select(isFirstBad, -1, new Whole<U64>(writer, "0")));
    }

    /// <summary>Each thread takes every so-manieth target; a warp adds up its counts before memory is asked.</summary>
    private static void WriteCheck(PtxWriter writer, TargetType type)
    {
        var targets = writer.Address("targets");
        var count = writer.Parameter<U64>("count");
        var classes = writer.Parameter<U64>("classes");
        var ignored = writer.Parameter<S64>("ignored");
        var checkedClasses = writer.Address("checked");
        var state = writer.Address("state");
        var thread = writer.Thread();
        var first = writer.Convert<U32, U64>(writer.Block() * Threads + thread);
        var step = writer.Convert<U32, U64>(writer.Blocks() * Threads);
        var counted = writer.Variable<U32>(0);
        writer.For(first, count, step, i =>
        {
            var target = type.Read(writer, writer.At(targets, i, type.Size));
            var isIgnored = type.IsIgnored(target, ignored);
            var isClass = writer.Convert<S64, U64>(target) < classes;
            var narrow = writer.Convert<S64, S32>(target);
            writer.Store(writer.At(checkedClasses, i, 4), Whole<S32>.Select(isIgnored, -1, narrow));
            writer.Set(counted, counted + Whole<U32>.Select(isIgnored, 0, new Whole<U32>(writer, "1")));
            writer.If(!(isIgnored | isClass), () => writer.Atomic("min", state, i,
                EvaluationState.Offset(nameof(EvaluationState.FirstBad))));
        });
        var sum = counted;
        for (var lane = 16; lane > 0; lane /= 2) sum += writer.Across(sum, lane);
        writer.If(Whole<U32>.Equal(thread & 31, 0), () =>
            writer.Atomic("add", state, writer.Convert<U32, U64>(sum), EvaluationState.Offset(nameof(EvaluationState.Count))));
    }

    /// <summary>
    /// The divisor and the scale of the gradient. With weights it is a sum in order, as on the CPU, which one thread makes.
    /// </summary>
    private static void WriteDivisor<T>(PtxWriter writer) where T : struct, IRealFormat
    {
        var classes = writer.Address("checked");
        var positions = writer.Parameter<U32>("positions");
        var weights = writer.Address("weights");
        var isMean = writer.Parameter<U32>("mean");
        var normalizer = writer.Number<F64>("normalizer"); // 0 for none
        var emptyScale = writer.Number<F64>("empty_scale");
        var emptyIsError = writer.Parameter<U64>("empty_is_error");
        var sampleWeights = writer.Address("sample_weights");
        var state = writer.Address("state");
        int At(string field) => EvaluationState.Offset(field);
        writer.ReturnIf(writer.Thread() > 0);
        StopIfBad(writer, state);
        var count = writer.LoadWhole<U64>(state, At(nameof(EvaluationState.Count)));
        var divisor = writer.Variable(writer.ToReal<U64, F64>(count));
        var empty = writer.Variable(Whole<U64>.Select(Whole<U64>.Equal(count, 0), 1, new Whole<U64>(writer, "0")));
        writer.If(Whole<U64>.NotEqual(weights, 0) | Whole<U64>.NotEqual(sampleWeights, 0), () =>
        {
            writer.Set(divisor, Real<F64>.Zero);
            writer.Set(empty, 1);
            writer.For<U32>(0, positions, 1, i =>
            {
                var target = writer.LoadWhole<S32>(writer.At(classes, i, 4));
                writer.If(target >= 0, () =>
                {
                    var weight = writer.Variable(Real<F64>.One);
                    writer.If(Whole<U64>.NotEqual(weights, 0), () => writer.Set(weight,
                        writer.Widen(writer.Load<T>(writer.At(weights, writer.Convert<S32, U32>(target), T.Size)))));
                    writer.Set(weight, weight * ClassArguments.SampleWeightOf(writer, sampleWeights, i));
                    writer.Set(divisor, divisor + weight);
                    writer.Set(empty, Whole<U64>.Select(Real<F64>.Equal(weight, Real<F64>.Zero), empty, 0));
                });
            });
        });
        StoreScale(writer, state, divisor, empty, isMean, normalizer, emptyScale, emptyIsError);
    }

    /// <summary>Ends the thread, and all launches that follow, where something was found that is refused.</summary>
    public static void StopIfBad(PtxWriter writer, Whole<U64> state)
    {
        var bad = Whole<U64>.NotEqual(writer.LoadWhole<U64>(state, EvaluationState.Offset(nameof(EvaluationState.FirstBad))), -1);
        writer.If(bad, () =>
        {
            writer.Store<U64>(state, 1, EvaluationState.Offset(nameof(EvaluationState.Stop)));
            writer.Line("ret");
        });
    }

    /// <summary>Stores the divisor, and of it the scale of the gradient.</summary>
    public static void StoreScale(
        PtxWriter writer,
        Whole<U64> state,
        Real<F64> divisor,
        Whole<U64> empty,
        Whole<U32> isMean,
        Real<F64> normalizer,
        Real<F64> emptyScale,
        Whole<U64> emptyIsError)
    {
        int At(string field) => EvaluationState.Offset(field);
        var isEmpty = Whole<U64>.NotEqual(empty, 0);
        var hasNormalizer = normalizer > Real<F64>.Zero;
        var scale = Real<F64>.Select(isEmpty, emptyScale, Real<F64>.One / divisor);
        scale = Real<F64>.Select(hasNormalizer, Real<F64>.One / normalizer, scale);
        scale = Real<F64>.Select(Whole<U32>.NotEqual(isMean, 0), scale, Real<F64>.One);
        writer.Store(state, divisor, At(nameof(EvaluationState.Divisor)));
        writer.Store(state, scale, At(nameof(EvaluationState.Scale)));
        writer.Store(state, empty, At(nameof(EvaluationState.Empty)));
        writer.Store(state, empty & emptyIsError, At(nameof(EvaluationState.Stop)));
    }
}
