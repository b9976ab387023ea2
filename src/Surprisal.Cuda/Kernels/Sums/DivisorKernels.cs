namespace Surprisal.Cuda;

/// <summary>
/// What a mean divides by, and the scale of the gradients, before anything is written. Of class indices with weights it is a sum in order,
/// as on the CPU: in parallel where it is exact, so that the order does not matter.
/// </summary>
/// <remarks>
/// Weights that are multiples of 2^l and below 2^m have, up to n of them, an exact sum in any order where n 2^m is at most 2^(l + 53): each
/// sum on the way is a multiple too, and fits 53 bits. Weights of up to 24 bits, those of floats, mostly are such.
/// </remarks>
internal static class DivisorKernels
{
    public const int Threads = 256;

    public const string Divisor = "divisor", Settle = "settle";

    /// <summary>The exponent field of infinity, where it is, and how far sums may be above what is added.</summary>
    private const int Infinity = 2047, MantissaBits = 52, SumBits = 32;

    public static PtxModule Module { get; } = new("divisors",
    [
        new(WeighName<F32>(), Threads, 4, WriteWeigh<F32>), new(WeighName<F64>(), Threads, 4, WriteWeigh<F64>),
        new(Divisor, OrderedSum.Threads, 1, WriteDivisor), new(Settle, 32, 1, WriteSettle),
    ]);

    public static string WeighName<T>() where T : struct, IRealFormat => $"weigh_{T.Type}";

    /// <summary>The least sum of lowest bit and headroom with which so many weights have an exact sum.</summary>
    public static ulong ExactFrom(int positions) => (ulong)(Infinity + SumBits - BitOperations.LeadingZeroCount((uint)positions - 1));

    /// <summary>
    /// The weight of each position as a double, 0 where it is ignored, their sum in some order, and whether that is exact.
    /// </summary>
    private static void WriteWeigh<T>(PtxWriter writer) where T : struct, IRealFormat
    {
        var (classes, weights, sampleWeights) = (writer.Address("checked"), writer.Address("weights"), writer.Address("sample_weights"));
        var (terms, positions, state) = (writer.Address("terms"), writer.Parameter<U32>("positions"), writer.Address("state"));
        writer.ReturnIf(IsBad(writer, state));
        var (thread, none) = (writer.Thread(), (Whole<U32>)uint.MaxValue);
        var (sum, lowestBit, headroom) = (writer.Variable(Real<F64>.Zero), writer.Variable(none), writer.Variable(none));
        writer.For(writer.Block() * Threads + thread, positions, writer.Blocks() * Threads, i =>
        {
            var (target, weight) = (writer.LoadWhole<S32>(writer.At(classes, i, 4)), writer.Variable(Real<F64>.Zero));
            writer.If(target >= 0, () =>
            {
                writer.Set(weight, Real<F64>.One);
                writer.If(Whole<U64>.NotEqual(weights, 0), () => writer.Set(weight,
                    writer.Widen(writer.Load<T>(writer.At(weights, writer.Convert<S32, U32>(target), T.Size)))));
                writer.Set(weight, weight * ClassArguments.SampleWeightOf(writer, sampleWeights, i));
            });
            writer.Store(writer.At(terms, i, 8), weight);
            writer.Set(sum, sum + weight);
            writer.If(!Real<F64>.Equal(weight, Real<F64>.Zero), () =>
            {
                var (exponent, lowest) = BitsOf(writer, weight);
                writer.Set(lowestBit, Whole<U32>.Min(lowestBit, lowest));
                writer.Set(headroom, Whole<U32>.Min(headroom, exponent * -1 + Infinity));
            });
        });
        for (var lane = 16; lane > 0; lane /= 2)
        {
            sum += writer.Across(sum, lane);
            (lowestBit, headroom) = (Whole<U32>.Min(lowestBit, writer.Across(lowestBit, lane)),
                Whole<U32>.Min(headroom, writer.Across(headroom, lane)));
        }
        writer.If(Whole<U32>.Equal(thread & 31, 0) & Whole<U32>.NotEqual(headroom, none), () =>
        {
            writer.AtomicAdd(state, sum, At(nameof(EvaluationState.Sum))); // where it is not exact, nobody reads it
            writer.Atomic("min", state, writer.Convert<U32, U64>(lowestBit), At(nameof(EvaluationState.LowestBit)));
            writer.Atomic("min", state, writer.Convert<U32, U64>(headroom), At(nameof(EvaluationState.Headroom)));
        });
    }

    /// <summary>A double's exponent field, and that of its lowest bit, 0 of one that is denormal, nearly infinite or NaN.</summary>
    private static (Whole<U32> Exponent, Whole<U32> Lowest) BitsOf(PtxWriter writer, Real<F64> x)
    {
        Whole<U32> ExponentOf(Whole<S64> bits) =>
            writer.Convert<S32, U32>(writer.Convert<S64, S32>(bits >> MantissaBits)) & Infinity;

        var bits = writer.BitsOf<F64, S64>(x);
        var mantissa = (bits & ((1L << MantissaBits) - 1)) + (1L << MantissaBits);
        var lowest = mantissa - (mantissa & mantissa + -1);
        var (exponent, zeros) = (ExponentOf(bits), ExponentOf(writer.BitsOf<F64, S64>(writer.ToReal<S64, F64>(lowest))) - 1023);
        var isOrdinary = exponent > 0 & exponent < Infinity - SumBits;
        return (exponent, Whole<U32>.Select(isOrdinary, exponent + zeros, 0));
    }

    /// <summary>The divisor of class indices: how many count, or the sum of the weights.</summary>
    private static void WriteDivisor(PtxWriter writer)
    {
        var (terms, positions) = (writer.Address("terms"), writer.Parameter<U32>("positions")); // no terms where all weights are 1
        var (exactFrom, isMean) = (writer.Parameter<U64>("exact_from"), writer.Parameter<U32>("mean"));
        var normalizer = writer.Number<F64>("normalizer"); // 0 for none
        var (emptyScale, emptyIsError) = (writer.Number<F64>("empty_scale"), writer.Parameter<U64>("empty_is_error"));
        var state = writer.Address("state");
        StopIfBad(writer, state);
        var count = writer.LoadWhole<U64>(state, At(nameof(EvaluationState.Count)));
        var (divisor, empty) = (writer.Variable(writer.ToReal<U64, F64>(count)), writer.Variable(Flag(writer, Whole<U64>.Equal(count, 0))));
        writer.If(Whole<U64>.NotEqual(terms, 0), () =>
        {
            var lowestBit = writer.LoadWhole<U64>(state, At(nameof(EvaluationState.LowestBit)));
            var headroom = writer.LoadWhole<U64>(state, At(nameof(EvaluationState.Headroom)));
            writer.Set(divisor, writer.Load<F64>(state, At(nameof(EvaluationState.Sum))));
            writer.Set(empty, Flag(writer, Whole<U64>.Equal(headroom, -1)));
            writer.If(lowestBit + headroom < exactFrom, () =>
            {
                writer.Set(divisor, Real<F64>.Zero);
                OrderedSum.Write(writer, terms, positions, x => writer.Set(divisor, divisor + x));
            });
        });
        writer.ReturnIf(writer.Thread() > 0);
        StoreScale(writer, state, divisor, empty, isMean, normalizer, emptyScale, emptyIsError);
    }

    /// <summary>The divisor, the number of losses or the sum of their weights as a part of all, and the scale of the gradient.</summary>
    private static void WriteSettle(PtxWriter writer)
    {
        var (isWeighted, isMean, count) = (writer.Parameter<U32>("weighted"), writer.Parameter<U32>("mean"), writer.Number<F64>("count"));
        var (part, whole) = (writer.Number<F64>("part"), writer.Number<F64>("whole"));
        var (normalizer, emptyScale) = (writer.Number<F64>("normalizer"), writer.Number<F64>("empty_scale"));
        var (emptyIsError, state) = (writer.Parameter<U64>("empty_is_error"), writer.Address("state"));
        StopIfBad(writer, state);
        writer.ReturnIf(writer.Thread() > 0);
        var (divisor, empty) = (writer.Variable(count), writer.Variable<U64>(0));
        writer.If(Whole<U32>.NotEqual(isWeighted, 0), () =>
        {
            writer.Set(divisor, writer.Load<F64>(state, At(nameof(EvaluationState.Sum))) * part / whole);
            var counted = writer.LoadWhole<U64>(state, At(nameof(EvaluationState.Count)));
            writer.Set(empty, Flag(writer, Whole<U64>.Equal(counted, 0)));
        });
        StoreScale(writer, state, divisor, empty, isMean, normalizer, emptyScale, emptyIsError);
    }

    private static int At(string field) => EvaluationState.Offset(field);

    private static Whole<U64> Flag(PtxWriter writer, Predicate condition) =>
        Whole<U64>.Select(condition, 1, new Whole<U64>(writer, "0"));

    /// <summary>Whether something was found that is refused.</summary>
    public static Predicate IsBad(PtxWriter writer, Whole<U64> state) =>
        Whole<U64>.NotEqual(writer.LoadWhole<U64>(state, At(nameof(EvaluationState.FirstBad))), -1);

    /// <summary>Ends the threads, and all launches that follow, where something was found that is refused.</summary>
    public static void StopIfBad(PtxWriter writer, Whole<U64> state) => writer.If(IsBad(writer, state), () =>
    {
        writer.If(Whole<U32>.Equal(writer.Thread(), 0), () => writer.Store<U64>(state, 1, At(nameof(EvaluationState.Stop))));
        writer.Line("ret");
    });

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
