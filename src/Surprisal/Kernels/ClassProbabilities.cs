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
    /// <summary>One contiguous row, in three passes; returns the loss.</summary>
    public static double Row<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, in ClassTerms<T> terms, double scale, Span<T> gradient, Span<T> targetGradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var max = RowMax<T>.Of(x).Value;
        var distribution = new Distribution<T>(terms, x.Length);
        var (others, rest, top, spread, ones) = (default(WideSum<T>), default(WideSum<T>), default(WideSum<T>), default(WideSum<T>), Lanes<T>.Zero);
        var at = 0;
        for (; at <= x.Length - Lanes<T>.Count; at += Lanes<T>.Count)
            Add(x, t, Lanes<T>.All(max), distribution, at, Lanes<T>.Count, gradient, targetGradient, ref others, ref rest, ref top, ref spread, ref ones);
        if (at < x.Length) Add(x, t, Lanes<T>.All(max), distribution, at, x.Length - at, gradient, targetGradient, ref others, ref rest, ref top, ref spread, ref ones);
        var row = new ClassProbabilityFinish(double.CreateTruncating(max), others.Sum(), ones.Sum(), rest.Sum(), top.Sum(), spread.Sum(), terms.ZLoss);
        var (factor, by, atLargest) = (Lanes<T>.All(T.CreateTruncating(row.Factor * scale)), Lanes<T>.All(T.CreateTruncating(-scale)), Lanes<T>.All(T.CreateTruncating(row.AtLargest * scale)));
        at = 0;
        for (; at <= gradient.Length - Lanes<T>.Count; at += Lanes<T>.Count) Scale(gradient, t, distribution, at, Lanes<T>.Count, factor, by, atLargest, row.HasOneLargest);
        if (at < gradient.Length) Scale(gradient, t, distribution, at, gradient.Length - at, factor, by, atLargest, row.HasOneLargest);
        var (logSum, share) = (Lanes<T>.All(T.CreateTruncating(row.LogSum)), Lanes<T>.All(T.CreateTruncating(scale * (1 - terms.Smoothing))));
        for (var i = 0; i < targetGradient.Length; i += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, targetGradient.Length - i);
            var g = (Load(targetGradient, i, count) + logSum) * share;
            (terms.Weight.IsEmpty ? g : g * Load(terms.Weight, i, count)).StorePart(ref MemoryMarshal.GetReference(targetGradient), i, count);
        }
        return row.Loss;
    }

    /// <summary>One lane block of a row: turns exponentials into the gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale<T>(Span<T> gradient, ReadOnlySpan<T> t, in Distribution<T> distribution, int i, int count, Lanes<T> factor, Lanes<T> by, Lanes<T> atLargest, bool hasOneLargest)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var e = Load(gradient, i, count);
        var g = Lanes<T>.Fma(distribution.Of(Load(t, i, count), i, count), by, e * factor);
        if (hasOneLargest) g = Lanes<T>.Select(Lanes<T>.Equal(e, Lanes<T>.All(T.One)), atLargest, g);
        g.StorePart(ref MemoryMarshal.GetReference(gradient), i, count);
    }

    /// <summary>One lane block of a row: stores the exponentials and m - x, and adds to the sums of exponentials below 1, of q there and at the largest, and of q (m - x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> t, Lanes<T> max, in Distribution<T> distribution, int i, int count, Span<T> gradient, Span<T> targetGradient,
        ref WideSum<T> others, ref WideSum<T> rest, ref WideSum<T> top, ref WideSum<T> spread, ref Lanes<T> ones)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var d = max - Load(x, i, count);
        var e = (-d).ExpDown();
        var q = distribution.Of(Load(t, i, count), i, count);
        if (!gradient.IsEmpty) e.StorePart(ref MemoryMarshal.GetReference(gradient), i, count);
        if (!targetGradient.IsEmpty) d.StorePart(ref MemoryMarshal.GetReference(targetGradient), i, count);
        Add(e.First(count), q.First(count), distribution.Cost(q, d).First(count), ref others, ref rest, ref top, ref spread, ref ones);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(Lanes<T> e, Lanes<T> q, Lanes<T> cost, ref WideSum<T> others, ref WideSum<T> rest, ref WideSum<T> top, ref WideSum<T> spread, ref Lanes<T> ones)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (zero, one) = (Lanes<T>.Zero, Lanes<T>.All(T.One));
        var isOne = Lanes<T>.Equal(e, one);
        ones += Lanes<T>.Select(isOne, one, zero);
        others.Add(Lanes<T>.Select(isOne, zero, e));
        rest.Add(Lanes<T>.Select(isOne, zero, q));
        top.Add(Lanes<T>.Select(isOne, q, zero));
        spread.Add(cost);
    }

    /// <summary>One lane block of columns: classes are <paramref name="stride"/> apart in the gradients; the tiles hold the logits, which become exponentials, and the targets.</summary>
    public static void Columns<T>(
        in Tile<T> x, in Tile<T> t, int column, int count, in ClassTerms<T> terms, int classes, ReadOnlySpan<double> scales, Span<T> gradient, Span<T> targetGradient, nint stride, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref var logits = ref MemoryMarshal.GetReference(x.Span);
        ref var targets = ref MemoryMarshal.GetReference(t.Span);
        ref var toTarget = ref MemoryMarshal.GetReference(targetGradient);
        var m = ColumnSums.Max(ref logits, column, classes, x.Pitch, out _);
        var distribution = new Distribution<T>(terms, classes);
        var (others, rest, top, spread, ones) = (default(WideSum<T>), default(WideSum<T>), default(WideSum<T>), default(WideSum<T>), Lanes<T>.Zero);
        for (var c = 0; c < classes; c++)
        {
            var at = c * x.Pitch + column;
            var d = m - Lanes<T>.Load(ref logits, at);
            var e = (-d).ExpDown();
            var q = distribution.At(Lanes<T>.Load(ref targets, at), c);
            e.Store(ref logits, at);
            if (!targetGradient.IsEmpty) d.StorePart(ref toTarget, c * stride, count);
            Add(e, q, distribution.Cost(q, d), ref others, ref rest, ref top, ref spread, ref ones);
        }
        Span<T> room = stackalloc T[4 * Lanes<T>.Count];
        room.Clear();
        var (factors, largest, logSums, by) = (0, Lanes<T>.Count, 2 * Lanes<T>.Count, 3 * Lanes<T>.Count);
        for (var lane = 0; lane < count; lane++)
        {
            var row = new ClassProbabilityFinish(
                double.CreateTruncating(m.Value[lane]), others.Of(lane), double.CreateTruncating(ones.Value[lane]), rest.Of(lane), top.Of(lane), spread.Of(lane), terms.ZLoss);
            losses[lane] = row.Loss;
            room[factors + lane] = T.CreateTruncating(row.Factor * scales[lane]);
            room[largest + lane] = row.HasOneLargest ? T.CreateTruncating(row.AtLargest * scales[lane]) : T.PositiveInfinity; // infinity: take the other formula
            room[logSums + lane] = T.CreateTruncating(row.LogSum);
            room[by + lane] = T.CreateTruncating(scales[lane]);
        }
        ref var finished = ref MemoryMarshal.GetReference(room);
        var (factor, atLargest, logSum, scale) = (Lanes<T>.Load(ref finished, factors), Lanes<T>.Load(ref finished, largest), Lanes<T>.Load(ref finished, logSums), Lanes<T>.Load(ref finished, by));
        var hasOne = Lanes<T>.Greater(Lanes<T>.All(T.PositiveInfinity), atLargest);
        for (var c = 0; c < classes; c++)
        {
            var at = c * x.Pitch + column;
            if (!targetGradient.IsEmpty)
            {
                var g = (Lanes<T>.LoadPart(ref toTarget, c * stride, count) + logSum) * scale * Lanes<T>.All(T.CreateTruncating((1 - terms.Smoothing) * terms.WeightOf(c)));
                g.StorePart(ref toTarget, c * stride, count);
            }
            if (gradient.IsEmpty) continue;
            var e = Lanes<T>.Load(ref logits, at);
            var dx = Lanes<T>.Fma(-distribution.At(Lanes<T>.Load(ref targets, at), c), scale, e * factor);
            dx = Lanes<T>.Select(Lanes<T>.And(hasOne, Lanes<T>.Equal(e, Lanes<T>.All(T.One))), atLargest, dx);
            dx.StorePart(ref MemoryMarshal.GetReference(gradient), c * stride, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Load<T>(ReadOnlySpan<T> x, int i, int count) where T : unmanaged => Lanes<T>.LoadPart(ref MemoryMarshal.GetReference(x), i, count);

    /// <summary>From targets t to q, and what q costs.</summary>
    private readonly ref struct Distribution<T>(ClassTerms<T> terms, int classes) where T : unmanaged, INumberBase<T>
    {
        private readonly ReadOnlySpan<T> weight = terms.Weight;
        private readonly Lanes<T> kept = Lanes<T>.All(T.CreateTruncating(1 - terms.Smoothing)), share = Lanes<T>.All(T.CreateTruncating(terms.Smoothing / classes));
        private readonly bool smooth = terms.Smoothing > 0, zeroTimesInfinity = terms.ZeroTimesInfinity;

        /// <summary>q of <paramref name="count"/> classes from <paramref name="c"/> on.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Of(Lanes<T> t, int c, int count)
        {
            if (smooth) t = Lanes<T>.Fma(t, kept, share);
            return weight.IsEmpty ? t : t * Load(weight, c, count);
        }

        /// <summary>q of one class in every lane.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> At(Lanes<T> t, int c)
        {
            if (smooth) t = Lanes<T>.Fma(t, kept, share);
            return weight.IsEmpty ? t : t * Lanes<T>.All(weight[c]);
        }

        /// <summary>q (m - x), where 0 times infinity is NaN unless the terms say 0.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Cost(Lanes<T> q, Lanes<T> below) =>
            zeroTimesInfinity ? Lanes<T>.Select(Lanes<T>.Equal(q, Lanes<T>.Zero), Lanes<T>.Zero, q * below) : q * below;
    }
}
