using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// The same as <see cref="CrossEntropy"/> with lanes over samples: a tile [classes, width] of a near cache holds the logits of some
/// columns and then their exponentials. The gradient goes to memory of any stride between classes, or over the tile.
/// </summary>
internal static class CrossEntropyTile
{
    /// <summary>One target for each column that counts; -1 leaves it out. Writes the losses, and gradients times <paramref name="scales"/> when there is room.</summary>
    public static void Run<T>(
        Span<T> tile, int classes, int width, ReadOnlySpan<int> targets, in CrossEntropyTerms<T> terms, ReadOnlySpan<double> scales, Span<T> gradient, nint stride, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var room = (Span<double>)stackalloc double[5 * width];
        room.Clear();
        var finish = new CrossEntropyFinish
        {
            Max = room[..width], Gap = room[width..(2 * width)], Others = room[(2 * width)..(3 * width)], Weight = room[(3 * width)..(4 * width)], Spread = room[(4 * width)..],
        };
        for (var i = 0; i < targets.Length; i++)
        {
            var t = Math.Max(targets[i], 0);
            finish.Weight[i] = terms.WeightOf(t);
            finish.Gap[i] = double.CreateTruncating(tile[t * width + i]);
        }
        ref var at = ref MemoryMarshal.GetReference(tile);
        for (var i = 0; i < targets.Length; i += Lanes<T>.Count)
        {
            var others = finish.Others[i..];
            var spread = finish.Spread[i..];
            var m = ColumnSums.Max(ref at, i, classes, width, out var isNear);
            if (terms.Smoothing == 0) ColumnSums.Others(ref at, i, classes, width, m, isNear, true, others, spread, default(Shares<T>.None));
            else if (terms.IsEven) ColumnSums.Others(ref at, i, classes, width, m, isNear, true, others, spread, default(Shares<T>.Even));
            else ColumnSums.Others(ref at, i, classes, width, m, isNear, true, others, spread, new Shares<T>.Column(terms.Weight));
            var wide = default(WideSum<T>);
            wide.Add(m);
            wide.Store(finish.Max[i..]);
        }
        for (var i = 0; i < targets.Length; i++) finish.Gap[i] = finish.Max[i] - finish.Gap[i];
        for (var i = 0; i < targets.Length; i += Lanes<double>.Count) finish.Run(i, classes, terms);
        for (var i = 0; i < targets.Length; i++) losses[i] = targets[i] < 0 ? 0 : finish.Others[i];
        if (!gradient.IsEmpty) Scale(tile, classes, width, targets, terms, scales, finish, gradient, stride);
    }

    /// <summary>gradient = factor e - share w, its own at the target, and 0 where a column is left out.</summary>
    private static void Scale<T>(
        ReadOnlySpan<T> tile, int classes, int width, ReadOnlySpan<int> targets, in CrossEntropyTerms<T> terms, ReadOnlySpan<double> scales, in CrossEntropyFinish finish, Span<T> gradient, nint stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> factors = stackalloc T[width];
        Span<T> shares = stackalloc T[width];
        factors.Clear();
        shares.Clear();
        var spread = -terms.Smoothing / classes;
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] < 0) continue; // factor and share stay 0
            factors[i] = T.CreateTruncating(finish.Spread[i] * scales[i]);
            shares[i] = T.CreateTruncating(spread * scales[i] * (terms.SmoothByTarget ? finish.Weight[i] : 1));
        }
        ref var from = ref MemoryMarshal.GetReference(tile);
        ref var to = ref MemoryMarshal.GetReference(gradient);
        ref var factor = ref MemoryMarshal.GetReference(factors);
        ref var share = ref MemoryMarshal.GetReference(shares);
        var (smooth, even) = (terms.Smoothing > 0, terms.IsEven);
        for (var c = 0; c < classes; c++)
        for (var i = 0; i < targets.Length; i += Lanes<T>.Count)
        {
            var f = Lanes<T>.Load(ref factor, i);
            var g = Lanes<T>.Load(ref from, (nint)c * width + i) * f;
            g = Lanes<T>.Select(Lanes<T>.Equal(f, Lanes<T>.Zero), Lanes<T>.Zero, g); // also where an exponential that is left out is NaN
            if (smooth) g = even ? g + Lanes<T>.Load(ref share, i) : Lanes<T>.Fma(Lanes<T>.Load(ref share, i), Lanes<T>.All(terms.Weight[c]), g);
            g.StorePart(ref to, c * stride + i, Math.Min(Lanes<T>.Count, targets.Length - i));
        }
        for (var i = 0; i < targets.Length; i++)
            if (targets[i] >= 0)
                gradient[(int)(targets[i] * stride) + i] = T.CreateTruncating(scales[i] * finish.Gap[i]);
    }
}
