using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Cross-entropy of logits x against probabilities t: q_c = w_c (t_c (1 - s) + s / C), Q = sum q, lse = m + log1p(others),
/// loss = sum_c q_c (lse - x_c) + z lse^2, gradients scale ((Q + 2 z lse) p_c - q_c) and scale (1 - s) w_c (lse - x_c).
/// The gradient may overwrite the logits. Sums in double; at the largest logit Q p - q is the sum of the other q minus Q (1 - p).
/// </summary>
internal static class ClassProbabilities
{
    private const int Chunk = 256;

    /// <summary>One contiguous row; returns the loss.</summary>
    public static double Row<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, in CrossEntropyTerms<T> terms, double scale, Span<T> gradient, Span<T> targetGradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (max, position) = RowSums.Max(x);
        var top = T.IsNaN(max) ? T.Zero : Distribution(Lanes<T>.All(t[position]), position, x.Length, terms, single: true).Value[0];
        var (rest, spread) = (0.0, 0.0);
        for (var start = 0; start < x.Length; start += Chunk)
        {
            var (shares, costs) = (Lanes<T>.Zero, Lanes<T>.Zero);
            var end = Math.Min(x.Length, start + Chunk);
            for (var i = start; i < end; i += Lanes<T>.Count)
            {
                var count = Math.Min(Lanes<T>.Count, end - i);
                var q = Distribution(Load(t, i, count), i, x.Length, terms).First(count);
                var below = Lanes<T>.All(max) - Load(x, i, count);
                costs += Cost(q, below, terms).First(count);
                shares += (uint)(position - i) < (uint)count ? RowSums.Without(q, position - i) : q;
                if (!targetGradient.IsEmpty) below.StorePart(ref MemoryMarshal.GetReference(targetGradient), i, count); // the logits may be overwritten below
            }
            rest += shares.Sum();
            spread += costs.Sum();
        }
        var others = RowSums.Others(x, max, position, gradient);
        var row = new Sums(double.CreateTruncating(max), others, rest, double.CreateTruncating(top), spread, terms.ZLoss);
        if (!gradient.IsEmpty)
        {
            var (factor, by) = (Lanes<T>.All(T.CreateTruncating(row.Factor * scale)), Lanes<T>.All(T.CreateTruncating(-scale)));
            for (var i = 0; i < x.Length; i += Lanes<T>.Count)
            {
                var count = Math.Min(Lanes<T>.Count, x.Length - i);
                var q = Distribution(Load(t, i, count), i, x.Length, terms);
                Lanes<T>.Fma(q, by, Load(gradient, i, count) * factor).StorePart(ref MemoryMarshal.GetReference(gradient), i, count);
            }
            if (!T.IsNaN(max)) gradient[position] = T.CreateTruncating(scale * row.AtLargest);
        }
        for (var i = 0; i < targetGradient.Length; i += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, targetGradient.Length - i);
            var g = (Load(targetGradient, i, count) + Lanes<T>.All(T.CreateTruncating(row.LogSum))) * Lanes<T>.All(T.CreateTruncating(scale * (1 - terms.Smoothing)));
            (terms.Weight.IsEmpty ? g : g * Load(terms.Weight, i, count)).StorePart(ref MemoryMarshal.GetReference(targetGradient), i, count);
        }
        return row.Loss;
    }

    /// <summary>Columns <paramref name="start"/> .. start + losses.Length - 1 of one image [classes, inner]; at most one lane block.</summary>
    public static void Columns<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, int classes, int inner, int start, in CrossEntropyTerms<T> terms, ReadOnlySpan<double> scales, Span<T> gradient, Span<T> targetGradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> max = stackalloc T[Lanes<T>.Count];
        Span<double> others = stackalloc double[Lanes<T>.Count];
        Span<double> totals = stackalloc double[Lanes<T>.Count];
        Span<double> spreads = stackalloc double[Lanes<T>.Count];
        Span<T> factors = stackalloc T[Lanes<T>.Count];
        Span<T> logSums = stackalloc T[Lanes<T>.Count];
        Span<T> by = stackalloc T[Lanes<T>.Count];
        ref var from = ref MemoryMarshal.GetReference(x);
        ColumnSums.Run(ref from, start, classes, inner, losses.Length, max, others);
        var m = Lanes<T>.Load(ref MemoryMarshal.GetReference(max), 0);
        var (total, spread) = (default(WideSum<T>), default(WideSum<T>));
        for (var c = 0; c < classes; c++)
        {
            var q = Distribution(Load(t[(c * inner + start)..], 0, losses.Length), c, classes, terms, single: true);
            total.Add(q);
            spread.Add(Cost(q, m - Load(x[(c * inner + start)..], 0, losses.Length), terms));
        }
        total.Store(totals);
        spread.Store(spreads);
        for (var lane = 0; lane < losses.Length; lane++)
        {
            var row = new Sums(double.CreateTruncating(max[lane]), others[lane], totals[lane], 0, spreads[lane], terms.ZLoss);
            losses[lane] = row.Loss;
            factors[lane] = T.CreateTruncating(row.Factor * scales[lane]);
            by[lane] = T.CreateTruncating(scales[lane]);
            logSums[lane] = T.CreateTruncating(row.LogSum);
        }
        var (factor, scale, logSum) = (Lanes<T>.Load(ref MemoryMarshal.GetReference(factors), 0), Lanes<T>.Load(ref MemoryMarshal.GetReference(by), 0), Lanes<T>.Load(ref MemoryMarshal.GetReference(logSums), 0));
        for (var c = 0; c < classes; c++)
        {
            var at = c * inner + start;
            var below = m - Load(x[at..], 0, losses.Length);
            if (!targetGradient.IsEmpty)
            {
                var g = (below + logSum) * scale * Lanes<T>.All(T.CreateTruncating((1 - terms.Smoothing) * terms.WeightOf(c)));
                g.StorePart(ref MemoryMarshal.GetReference(targetGradient), at, losses.Length);
            }
            if (gradient.IsEmpty) continue;
            var q = Distribution(Load(t[at..], 0, losses.Length), c, classes, terms, single: true);
            Lanes<T>.Fma(-q, scale, (-below).Exp() * factor).StorePart(ref MemoryMarshal.GetReference(gradient), at, losses.Length);
        }
    }

    private static Lanes<T> Load<T>(ReadOnlySpan<T> x, int i, int count) where T : unmanaged => Lanes<T>.LoadPart(ref MemoryMarshal.GetReference(x), i, count);

    /// <summary>q of a lane block: of the classes from <paramref name="c"/> on, or of the one class c in every lane.</summary>
    private static Lanes<T> Distribution<T>(Lanes<T> t, int c, int classes, in CrossEntropyTerms<T> terms, bool single = false) where T : unmanaged, INumberBase<T>
    {
        if (terms.Smoothing > 0) t = Lanes<T>.Fma(t, Lanes<T>.All(T.CreateTruncating(1 - terms.Smoothing)), Lanes<T>.All(T.CreateTruncating(terms.Smoothing / classes)));
        if (terms.Weight.IsEmpty) return t;
        return t * (single ? Lanes<T>.All(terms.Weight[c]) : Load(terms.Weight, c, Math.Min(Lanes<T>.Count, classes - c)));
    }

    /// <summary>q (m - x), where 0 times infinity is NaN unless the terms say 0.</summary>
    private static Lanes<T> Cost<T>(Lanes<T> q, Lanes<T> below, in CrossEntropyTerms<T> terms) where T : unmanaged, INumberBase<T> =>
        terms.ZeroTimesInfinity ? Lanes<T>.Select(Lanes<T>.Equal(q, Lanes<T>.Zero), Lanes<T>.Zero, q * below) : q * below;

    /// <summary>What follows from a row's sums: of the others' exponentials, of q without the largest logit's and that one, and of q (m - x).</summary>
    private readonly struct Sums(double max, double others, double rest, double top, double spread, double z)
    {
        private readonly double total = rest + top;

        public double LogSum { get; } = Scalar.Log1p(others) + Softmax.Invalid(max);

        private double Pull => z == 0 ? 0 : 2 * z * (max + LogSum);

        public double Loss => spread + total * LogSum + Pull * (max + LogSum) / 2;

        public double Factor => (total + Pull) / (1 + others) + Softmax.Invalid(max);

        public double AtLargest => rest - total * (others / (1 + others)) + Pull / (1 + others) + Softmax.Invalid(max);
    }
}
