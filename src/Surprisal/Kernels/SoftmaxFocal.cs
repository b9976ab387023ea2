using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Softmax focal loss of logits x against class t: loss = w_t q^g L with L = -ln p_t = gap + log1p(others) and the miss q = 1 - p_t, which is
/// others / (1 + others) where t is the largest (see <see cref="RowSums"/>): nothing cancels. Gradient: scale w_t K (p_c - [c = t]) with
/// K = q^g + g p_t q^(g-1) L = q^g (1 + g p_t L / q), and -q at the target; L / q is 1 in the limit q = 0, p_t L is 0 in the limit p_t = 0.
/// The gradient may overwrite the logits. Two passes over memory for the value, a third over cached exponentials for the gradient.
/// </summary>
internal static class SoftmaxFocal
{
    /// <summary>Rows whose exponentials stay in a core's cache until they are scaled.</summary>
    private const int CachedNumbers = 65_536;

    /// <summary>Contiguous rows, one for each target; -1 leaves a row out. Writes the losses, and the gradients times <paramref name="scales"/> when there is room.</summary>
    public static void Rows<T>(ReadOnlySpan<T> x, int classes, ReadOnlySpan<int> targets, ReadOnlySpan<T> weight, double gamma, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var finish = new Finish(stackalloc double[4 * 8], gamma);
        var group = Math.Clamp(CachedNumbers / classes, 1, 8);
        for (var start = 0; start < targets.Length; start += group)
        {
            var count = Math.Min(group, targets.Length - start);
            for (var i = 0; i < count; i++)
            {
                var t = targets[start + i];
                var row = x.Slice((start + i) * classes, classes);
                var to = gradient.IsEmpty ? default : gradient.Slice((start + i) * classes, classes);
                if (t < 0)
                {
                    to.Clear();
                    continue;
                }
                var max = RowSums.Max(row, out var isNear);
                finish.Max[i] = double.CreateTruncating(max);
                finish.Gap[i] = finish.Max[i] - double.CreateTruncating(row[t]);
                finish.Weight[i] = WeightOf(weight, t);
                (finish.Others[i], _) = RowSums.Others(row, max, isNear, to, default(Shares<T>.None));
            }
            finish.Run(0);
            for (var i = 0; i < count; i++)
            {
                var t = targets[start + i];
                losses[start + i] = t < 0 ? 0 : finish.Others[i];
                if (t < 0 || gradient.IsEmpty) continue;
                var to = gradient.Slice((start + i) * classes, classes);
                Elementwise.Map<T, Formulas<T>.Multiply>(to, T.CreateTruncating(finish.Max[i] * scales[start + i]), to, default);
                to[t] = T.CreateTruncating(finish.Gap[i] * scales[start + i]);
            }
        }
    }

    /// <summary>Columns of a tile [classes, width], lanes over samples; the gradient goes to memory of any stride between classes, or over the tile.</summary>
    public static void Columns<T>(
        Span<T> tile, int classes, int width, ReadOnlySpan<int> targets, ReadOnlySpan<T> weight, double gamma, ReadOnlySpan<double> scales, Span<T> gradient, nint stride, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var finish = new Finish(stackalloc double[4 * width], gamma);
        Span<double> none = stackalloc double[Lanes<T>.Count];
        for (var i = 0; i < targets.Length; i++)
        {
            var t = Math.Max(targets[i], 0);
            finish.Weight[i] = WeightOf(weight, t);
            finish.Gap[i] = double.CreateTruncating(tile[t * width + i]);
        }
        ref var at = ref MemoryMarshal.GetReference(tile);
        for (var i = 0; i < targets.Length; i += Lanes<T>.Count)
        {
            var m = ColumnSums.Max(ref at, i, classes, width, out var isNear);
            ColumnSums.Others(ref at, i, classes, width, m, isNear, true, finish.Others[i..], none, default(Shares<T>.None));
            var wide = default(WideSum<T>);
            wide.Add(m);
            wide.Store(finish.Max[i..]);
        }
        for (var i = 0; i < targets.Length; i++) finish.Gap[i] = finish.Max[i] - finish.Gap[i];
        for (var i = 0; i < targets.Length; i += Lanes<double>.Count) finish.Run(i);
        for (var i = 0; i < targets.Length; i++) losses[i] = targets[i] < 0 ? 0 : finish.Others[i];
        if (gradient.IsEmpty) return;
        Span<T> factors = stackalloc T[width];
        factors.Clear();
        for (var i = 0; i < targets.Length; i++)
            if (targets[i] >= 0)
                factors[i] = T.CreateTruncating(finish.Max[i] * scales[i]);
        ref var factor = ref MemoryMarshal.GetReference(factors);
        ref var to = ref MemoryMarshal.GetReference(gradient);
        for (var c = 0; c < classes; c++)
        for (var i = 0; i < targets.Length; i += Lanes<T>.Count)
        {
            var f = Lanes<T>.Load(ref factor, i);
            var g = Lanes<T>.Load(ref at, (nint)c * width + i) * f;
            g = Lanes<T>.Select(Lanes<T>.Equal(f, Lanes<T>.Zero), Lanes<T>.Zero, g); // also where an exponential that is left out is NaN
            g.StorePart(ref to, c * stride + i, Math.Min(Lanes<T>.Count, targets.Length - i));
        }
        for (var i = 0; i < targets.Length; i++)
            if (targets[i] >= 0)
                gradient[(int)(targets[i] * stride) + i] = T.CreateTruncating(finish.Gap[i] * scales[i]);
    }

    private static double WeightOf<T>(ReadOnlySpan<T> weight, int c) where T : unmanaged, INumberBase<T> => weight.IsEmpty ? 1 : double.CreateTruncating(weight[c]);

    /// <summary>What follows from the sums of eight rows at a time, one in each lane of double.</summary>
    private readonly ref struct Finish(Span<double> room, double gamma)
    {
        private readonly int width = room.Length / 4;
        private readonly Span<double> room = Cleared(room);

        /// <summary>Of each row: the largest logit, how far the target is below it, the others' exponentials, and the target's weight.</summary>
        public Span<double> Max => room[..width];

        public Span<double> Gap => room[width..(2 * width)];

        public Span<double> Others => room[(2 * width)..(3 * width)];

        public Span<double> Weight => room[(3 * width)..];

        /// <summary>Turns Others into losses, Max into the factor of every exponential and Gap into gradients at the target, eight rows from <paramref name="row"/> on.</summary>
        public void Run(int row)
        {
            var (one, zero, g) = (Lanes<double>.All(1), Lanes<double>.Zero, Lanes<double>.All(gamma));
            var (max, gap, others, weight) = (Load(Max, row), Load(Gap, row), Load(Others, row), Load(Weight, row));
            var invalid = max - max; // NaN where the maximum is not finite
            var cost = gap + (others.Log1p() + invalid);
            var norm = one / (one + others);
            var p = (-gap).ExpDown() * norm;
            var miss = Lanes<double>.Select(Lanes<double>.Equal(gap, zero), others * norm, one - p);
            var power = gamma == 0 ? one : gamma == 1 ? miss : gamma == 2 ? miss * miss : (g * miss.Log()).Exp();
            var hit = Lanes<double>.Select(Lanes<double>.Equal(p, zero), zero, p * cost / miss);
            hit = Lanes<double>.Select(Lanes<double>.Equal(miss, zero), one, hit);
            var steep = weight * (power * (one + g * hit));
            (weight * power * cost).Store(ref MemoryMarshal.GetReference(Others), row);
            (steep * norm + invalid).Store(ref MemoryMarshal.GetReference(Max), row);
            (-(steep * miss) + invalid).Store(ref MemoryMarshal.GetReference(Gap), row);
        }

        private static Lanes<double> Load(ReadOnlySpan<double> values, int row) => Lanes<double>.Load(ref MemoryMarshal.GetReference(values), row);

        private static Span<double> Cleared(Span<double> room)
        {
            room.Clear();
            return room;
        }
    }
}
