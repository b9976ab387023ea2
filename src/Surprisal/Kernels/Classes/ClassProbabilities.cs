using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Cross-entropy of logits x against probabilities t: q_c = w_c (t_c (1 - s) + s / C), Q = sum q, lse = m + log1p(others),
/// loss = sum_c q_c (lse - x_c) + z lse^2, gradients scale ((Q + 2 z lse) p_c - q_c) and scale (1 - s) w_c (lse - x_c).
/// The gradient may overwrite the logits. At a largest logit that has no equal, Q p - q is the sum of the other q minus Q (1 - p).
/// </summary>
internal static class ClassProbabilities
{
    /// <summary>One contiguous row of a lane block or more, in three passes; returns the loss.</summary>
    public static double Row<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, in ClassTerms<T> terms, double scale, Span<T> gradient, Span<T> targetGradient)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        terms is { Smoothing: 0, Weight.IsEmpty: true }
            ? Row(x, t, default(Distribution<T>.Given), terms, scale, gradient, targetGradient)
            : Row(x, t, new Distribution<T>.Shaped(terms, x.Length), terms, scale, gradient, targetGradient);

    private static double Row<T, TShape>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, TShape shape, in ClassTerms<T> terms, double scale, Span<T> gradient, Span<T> targetGradient)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShape : struct, IDistribution<T>, allows ref struct
    {
        Span<double> room = stackalloc double[6 * 8];
        room.Clear();
        var sums = new ClassProbabilitySums(room); // one row in the first lane
        var max = RowMax<T>.Of(x);
        if (max.IsNear) Sum<T, TShape, ShiftedExp<T>.NoUnderflow>(x, t, shape, max.Value, terms, gradient, targetGradient, sums);
        else Sum<T, TShape, ShiftedExp<T>.General>(x, t, shape, max.Value, terms, gradient, targetGradient, sums);
        sums.Finish(0, terms.ZLoss);
        if (!gradient.IsEmpty) Scale(gradient, t, shape, sums, scale);
        if (!targetGradient.IsEmpty)
        {
            var (half, twice) = (T.CreateTruncating(sums.Below[0] / 2), T.CreateTruncating(2 * scale * (1 - terms.Smoothing)));
            if (terms.Weight.IsEmpty) Elementwise.Map(targetGradient, T.One, targetGradient, new Shift<T>(half, twice));
            else Elementwise.Map(targetGradient, terms.Weight, targetGradient, new Shift<T>(half, twice));
        }
        return sums.Cost[0];
    }

    /// <summary>Stores the exponentials and (m - x) / 2, and sums exponentials below 1, q there and at the largest, and q (m - x).</summary>
    [MethodImpl(Compile.Separately)]
    private static void Sum<T, TShape, TExp>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, TShape shape, T max, in ClassTerms<T> terms, Span<T> gradient, Span<T> targetGradient, in ClassProbabilitySums sums)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShape : struct, IDistribution<T>, allows ref struct
        where TExp : struct, IShiftedExp<T>
    {
        ref var logits = ref MemoryMarshal.GetReference(x);
        ref var targets = ref MemoryMarshal.GetReference(t);
        ref var to = ref MemoryMarshal.GetReference(gradient);
        ref var toTarget = ref MemoryMarshal.GetReference(targetGradient);
        var (length, width, store, storeTarget) = (x.Length, Lanes<T>.Count, !gradient.IsEmpty, !targetGradient.IsEmpty);
        var (others, rest, top, cost, ones) = (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), Lanes<T>.Zero);
        var (shift, zeros, end) = (Lanes<T>.All(max), terms.ZeroTimesInfinity, length - width);
        // The last block may overlap the one before: it is read before anything is written, only what is new counts, and it is stored at the end.
        var (last, lastBelow) = (Lanes<T>.Zero, storeTarget && length % width > 0 ? Halved(ref logits, end, shift) : Lanes<T>.Zero);
        if (length % width > 0)
        {
            Last<T, TShape, TExp>(x, t, shape, max, zeros, out last, out var lastOthers, out var lastRest, out top, out var lastCost, out ones);
            others = lastOthers; // copies: sums whose address is known do not stay in registers
            rest = lastRest;
            cost = lastCost;
        }
        for (var i = 0; i <= end; i += width)
        {
            var q = shape.Of(Lanes<T>.Load(ref targets, i), i);
            var e = default(TExp).Apply(Lanes<T>.Load(ref logits, i), shift, out var d);
            if (storeTarget) Halved(ref logits, i, shift).Store(ref toTarget, i);
            if (store) e.Store(ref to, i); // over the logits, maybe
            Add(e, q, -d, zeros, ref others, ref rest, ref top, ref cost, ref ones);
        }
        if (length % width > 0)
        {
            if (store) last.Store(ref to, end);
            if (storeTarget) lastBelow.Store(ref toTarget, end);
        }
        (sums.Max[0], sums.Ones[0], sums.Below[0]) = (double.CreateTruncating(max), ones.Sum(), others.Sum());
        (sums.Rest[0], sums.Top[0], sums.Cost[0]) = (rest.Sum(), top.Sum(), cost.Sum());
    }

    /// <summary>The numbers that do not fill a block: the exponentials of the last block and the sums over what is new in it.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Last<T, TShape, TExp>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> t, TShape shape, T max, bool zeros, out Lanes<T> e,
        out DoubleAccumulator<T> others, out DoubleAccumulator<T> rest, out DoubleAccumulator<T> top, out DoubleAccumulator<T> cost, out Lanes<T> ones)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShape : struct, IDistribution<T>, allows ref struct
        where TExp : struct, IShiftedExp<T>
    {
        var start = x.Length - Lanes<T>.Count;
        var q = shape.Of(Lanes<T>.Load(ref MemoryMarshal.GetReference(t), start), start);
        e = default(TExp).Apply(Lanes<T>.Load(ref MemoryMarshal.GetReference(x), start), Lanes<T>.All(max), out var d);
        var old = Lanes<T>.Count - x.Length % Lanes<T>.Count; // lanes of the block before
        (others, rest, top, cost, ones) = (default, default, default, default, Lanes<T>.Zero);
        Add(e.From(old), q.From(old), (-d).From(old), zeros, ref others, ref rest, ref top, ref cost, ref ones);
    }

    /// <summary>Adds one block: what stands at the largest logit, where the exponential is 1 and m - x costs nothing whatever q is, is rare and goes its own way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(Lanes<T> e, Lanes<T> q, Lanes<T> below, bool zeros, ref DoubleAccumulator<T> others, ref DoubleAccumulator<T> rest, ref DoubleAccumulator<T> top, ref DoubleAccumulator<T> cost, ref Lanes<T> ones)
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
        cost.Add(Cost(q, below, zeros));
        others.Add(e);
        rest.Add(q);
    }

    /// <summary>(m - x) / 2, which is finite where the logits are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Halved<T>(ref T x, nint i, Lanes<T> max) where T : unmanaged, INumberBase<T>
    {
        var half = Lanes<T>.All(T.CreateTruncating(0.5));
        return max * half - Lanes<T>.Load(ref x, i) * half;
    }

    /// <summary>Turns exponentials into the gradient.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Scale<T, TShape>(Span<T> gradient, ReadOnlySpan<T> t, TShape shape, in ClassProbabilitySums sums, double scale)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShape : struct, IDistribution<T>, allows ref struct
    {
        ref var to = ref MemoryMarshal.GetReference(gradient);
        ref var targets = ref MemoryMarshal.GetReference(t);
        var (factor, by, atLargest) = (Lanes<T>.All(T.CreateTruncating(sums.Top[0] * scale)), Lanes<T>.All(T.CreateTruncating(-scale)), Lanes<T>.All(T.CreateTruncating(sums.Rest[0] * scale)));
        var largest = Lanes<T>.All(sums.Ones[0] == 1 ? T.One : T.NaN);
        var (width, end) = (Lanes<T>.Count, gradient.Length - Lanes<T>.Count);
        var last = Lanes<T>.Load(ref to, end);
        var lastGradient = Lanes<T>.Select(Lanes<T>.Equal(last, largest), atLargest, Lanes<T>.Fma(shape.Of(Lanes<T>.Load(ref targets, end), end), by, last * factor));
        for (var i = 0; i < end; i += width)
        {
            var e = Lanes<T>.Load(ref to, i);
            var g = Lanes<T>.Fma(shape.Of(Lanes<T>.Load(ref targets, i), i), by, e * factor);
            Lanes<T>.Select(Lanes<T>.Equal(e, largest), atLargest, g).StoreResult(ref to, i);
        }
        lastGradient.StoreResult(ref to, end);
    }

    /// <summary>q (m - x), where 0 times infinity is NaN unless the terms say 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Cost<T>(Lanes<T> q, Lanes<T> below, bool zeroTimesInfinity) where T : unmanaged =>
        zeroTimesInfinity ? Lanes<T>.Select(Lanes<T>.Equal(q, Lanes<T>.Zero), Lanes<T>.Zero, q * below) : q * below;

    /// <summary>From (m - x) / 2 to the gradient of the targets.</summary>
    private readonly struct Shift<T>(T logSum, T scale) : IBinary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> below, Lanes<T> weight) => (below + Lanes<T>.All(logSum)) * (Lanes<T>.All(scale) * weight);
    }
}
