using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Cross-entropy over class probabilities with lanes over classes: logits and targets [rows, classes], rows longer than
/// <see cref="ColumnTile.FewClasses"/> (shorter ones go by <see cref="ClassProbabilityColumns"/>). One row in three passes: maximum;
/// sums, which leave exponentials and distances in the memory of the gradients; gradients. The gradient may overwrite the logits. Formulas:
/// <see cref="CrossEntropyOfProbabilities"/>.
/// </summary>
internal static class ClassProbabilityRows
{
    /// <summary>
    /// One contiguous row of a lane block or more, in three passes; returns the loss. Logits and targets of the next row are prefetched.
    /// </summary>
    public static double Row<T>(
        ReadOnlySpan<T> x,
        ReadOnlySpan<T> t,
        in ClassParameters<T> parameters,
        double scale,
        Span<T> gradient,
        Span<T> targetGradient,
        PrefetchNext<T>.Pair next)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        parameters is { LabelSmoothing: 0, Weight.IsEmpty: true }
            ? Row(x, t, default(TargetDistribution<T>.Given), parameters, scale, gradient, targetGradient, next)
            : Row(x, t, new TargetDistribution<T>.Weighted(parameters, x.Length), parameters, scale, gradient, targetGradient, next);

    private static double Row<T, TDistribution>(
        ReadOnlySpan<T> x,
        ReadOnlySpan<T> t,
        TDistribution distribution,
        in ClassParameters<T> parameters,
        double scale,
        Span<T> gradient,
        Span<T> targetGradient,
        PrefetchNext<T>.Pair next)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TDistribution : struct, ITargetDistribution<T>, allows ref struct
    {
        Span<double> memory = stackalloc double[ProbabilityStatistics.Numbers * Lanes<double>.Count];
        memory.Clear();
        var statistics = new ProbabilityStatistics(memory); // one row in the first lane
        var max = RowMax<T>.Of(x);
        if (max.NoUnderflow)
            Sum<T, TDistribution, ShiftedExp<T>.NoUnderflow>(
                x, t, distribution, max.Value, parameters, gradient, targetGradient, statistics, next);
        else
            Sum<T, TDistribution, ShiftedExp<T>.General>(
                x, t, distribution, max.Value, parameters, gradient, targetGradient, statistics, next);
        CrossEntropyOfProbabilities.Epilogue(statistics, 0, parameters.ZLoss);
        var results = statistics.Results;
        if (!gradient.IsEmpty) WriteGradient(gradient, t, distribution, results, scale);
        if (!targetGradient.IsEmpty)
        {
            var (half, twice) =
                (T.CreateTruncating(results.LogSum[0] / 2), T.CreateTruncating(2 * scale * (1 - parameters.LabelSmoothing)));
            if (parameters.Weight.IsEmpty) Elementwise.Map(targetGradient, T.One, targetGradient, new TargetGradient<T>(half, twice));
            else Elementwise.Map(targetGradient, parameters.Weight, targetGradient, new TargetGradient<T>(half, twice));
        }
        return results.Loss[0];
    }

    /// <summary>
    /// Stores the exponentials and (m - x) / 2, and sums exponentials below 1, q there and at the largest, and q (m - x).
    /// </summary>
    [MethodImpl(Compile.Separately)]
    private static void Sum<T, TDistribution, TExp>(
        ReadOnlySpan<T> x,
        ReadOnlySpan<T> t,
        TDistribution distribution,
        T max,
        in ClassParameters<T> parameters,
        Span<T> gradient,
        Span<T> targetGradient,
        in ProbabilityStatistics statistics,
        PrefetchNext<T>.Pair next)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TDistribution : struct, ITargetDistribution<T>, allows ref struct
        where TExp : struct, IShiftedExp<T>
    {
        ref var logits = ref MemoryMarshal.GetReference(x);
        ref var targets = ref MemoryMarshal.GetReference(t);
        ref var to = ref MemoryMarshal.GetReference(gradient);
        ref var toTarget = ref MemoryMarshal.GetReference(targetGradient);
        var (length, width, store, storeTarget) = (x.Length, Lanes<T>.Count, !gradient.IsEmpty, !targetGradient.IsEmpty);
        var (expSum, rest, top, cost, ones) = (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), default(DoubleAccumulator<T>),
            default(DoubleAccumulator<T>), Lanes<T>.Zero);
        var (shift, zeros, end) = (Lanes<T>.All(max), parameters.ZeroTimesInfinity, length - width);
        // The last block may overlap the one before: it is read before anything is written, only what is new counts, and it is stored at
        // the end.
        var (last, lastHalf) = (Lanes<T>.Zero,
            storeTarget && length % width > 0 ? CrossEntropyOfProbabilities.HalfBelowMax(ref logits, end, shift) : Lanes<T>.Zero);
        if (length % width > 0)
        {
            Last<T, TDistribution, TExp>(x, t, distribution, max, zeros, out last, out var lastExpSum, out var lastRest, out top,
                out var lastCost, out ones);
            expSum = lastExpSum; // copies: sums whose address is known do not stay in registers
            rest = lastRest;
            cost = lastCost;
        }
        for (var i = 0; i <= end; i += width)
        {
            next.At(i);
            var q = distribution.Of(Lanes<T>.Load(ref targets, i), i);
            var e = default(TExp).Apply(Lanes<T>.Load(ref logits, i), shift, out var d);
            if (storeTarget) CrossEntropyOfProbabilities.HalfBelowMax(ref logits, i, shift).Store(ref toTarget, i);
            if (store) e.Store(ref to, i); // over the logits, maybe
            Add(e, q, -d, zeros, ref expSum, ref rest, ref top, ref cost, ref ones);
        }
        if (length % width > 0)
        {
            if (store) last.Store(ref to, end);
            if (storeTarget) lastHalf.Store(ref toTarget, end);
        }
        (statistics.Max[0], statistics.Ones[0], statistics.ExpSum[0]) = (double.CreateTruncating(max), ones.Sum(), expSum.Sum());
        (statistics.Rest[0], statistics.Top[0], statistics.Cost[0]) = (rest.Sum(), top.Sum(), cost.Sum());
    }

    /// <summary>The numbers that do not fill a block: the exponentials of the last block and the sums over what is new in it.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Last<T, TDistribution, TExp>(
        ReadOnlySpan<T> x,
        ReadOnlySpan<T> t,
        TDistribution distribution,
        T max,
        bool zeros,
        out Lanes<T> e,
        out DoubleAccumulator<T> expSum,
        out DoubleAccumulator<T> rest,
        out DoubleAccumulator<T> top,
        out DoubleAccumulator<T> cost,
        out Lanes<T> ones)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TDistribution : struct, ITargetDistribution<T>, allows ref struct
        where TExp : struct, IShiftedExp<T>
    {
        var start = x.Length - Lanes<T>.Count;
        var q = distribution.Of(Lanes<T>.Load(ref MemoryMarshal.GetReference(t), start), start);
        e = default(TExp).Apply(Lanes<T>.Load(ref MemoryMarshal.GetReference(x), start), Lanes<T>.All(max), out var d);
        var old = Lanes<T>.Count - x.Length % Lanes<T>.Count; // lanes of the block before
        (expSum, rest, top, cost, ones) = (default, default, default, default, Lanes<T>.Zero);
        Add(e.From(old), q.From(old), (-d).From(old), zeros, ref expSum, ref rest, ref top, ref cost, ref ones);
    }

    /// <summary>
    /// Adds one block: what stands at the largest logit, where the exponential is 1 and m - x costs nothing whatever q is, is rare and goes
    /// its own way.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(
        Lanes<T> e,
        Lanes<T> q,
        Lanes<T> belowMax,
        bool zeros,
        ref DoubleAccumulator<T> expSum,
        ref DoubleAccumulator<T> rest,
        ref DoubleAccumulator<T> top,
        ref DoubleAccumulator<T> cost,
        ref Lanes<T> ones)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var one = Lanes<T>.All(T.One);
        var isOne = Lanes<T>.Equal(e, one);
        if (isOne.Mask != 0)
        {
            ones += Lanes<T>.And(isOne, one);
            top.Add(Lanes<T>.And(isOne, q));
            (e, q) = (Lanes<T>.AndNot(e, isOne), Lanes<T>.AndNot(q, isOne));
        }
        cost.Add(CrossEntropyOfProbabilities.Cost(q, belowMax, zeros));
        expSum.Add(e);
        rest.Add(q);
    }

    /// <summary>Turns exponentials into the gradient of the logits; the last block is made before those that it overlaps.</summary>
    [MethodImpl(Compile.Separately)]
    private static void WriteGradient<T, TDistribution>(
        Span<T> gradient,
        ReadOnlySpan<T> t,
        TDistribution distribution,
        in ProbabilityResults results,
        double scale)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TDistribution : struct, ITargetDistribution<T>, allows ref struct
    {
        ref var to = ref MemoryMarshal.GetReference(gradient);
        ref var targets = ref MemoryMarshal.GetReference(t);
        var (factor, negativeScale) =
            (Lanes<T>.All(T.CreateTruncating(results.Factor[0] * scale)), Lanes<T>.All(T.CreateTruncating(-scale)));
        var atLargest = Lanes<T>.All(T.CreateTruncating(results.AtLargest[0] * scale));
        var largest = Lanes<T>.All(results.Ones[0] == 1 ? T.One : T.NaN); // the only exponential that is 1, if there is but one
        var (width, end) = (Lanes<T>.Count, gradient.Length - Lanes<T>.Count);
        var (e, q) = (Lanes<T>.Load(ref to, end), distribution.Of(Lanes<T>.Load(ref targets, end), end));
        var last = CrossEntropyOfProbabilities.Gradient(e, q, factor, negativeScale, atLargest, Lanes<T>.Equal(e, largest));
        for (var i = 0; i < end; i += width)
        {
            (e, q) = (Lanes<T>.Load(ref to, i), distribution.Of(Lanes<T>.Load(ref targets, i), i));
            CrossEntropyOfProbabilities.Gradient(e, q, factor, negativeScale, atLargest, Lanes<T>.Equal(e, largest)).StoreResult(ref to, i);
        }
        last.StoreResult(ref to, end);
    }

    /// <summary>The gradient of the probabilities, with each class's weight.</summary>
    private readonly struct TargetGradient<T>(T halfLogSum, T scale) : IBinary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> halfBelowMax, Lanes<T> weight) =>
            CrossEntropyOfProbabilities.TargetGradient(halfBelowMax, Lanes<T>.All(halfLogSum), Lanes<T>.All(scale) * weight);
    }
}
