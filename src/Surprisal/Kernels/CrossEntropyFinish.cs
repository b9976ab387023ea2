using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// What follows from the sums of eight rows at a time, one in each lane of double: with lse = m + log1p(others), W the weight of the
/// spread share s / C, u its part at the target, and pull = 2 z w lse: the loss (1 - s) w (lse - x_t) + (s / C) (spread + W log1p(others)) + z w lse^2,
/// the factor ((1 - s) w + (s / C) W + pull) / (1 + others) of every exponential, and the gradient at the target.
/// </summary>
internal readonly ref struct CrossEntropyFinish
{
    /// <summary>Of each row: the largest logit, how far the target is below it, the others' exponentials, the target's weight, and the spread.</summary>
    public Span<double> Max { get; init; }

    public Span<double> Gap { get; init; }

    public Span<double> Others { get; init; }

    public Span<double> Weight { get; init; }

    public Span<double> Spread { get; init; }

    /// <summary>Turns Others into losses, Spread into factors and Gap into gradients at the target, eight rows from <paramref name="row"/> on.</summary>
    public void Run<T>(int row, int classes, in CrossEntropyTerms<T> terms) where T : unmanaged, INumberBase<T>
    {
        var (one, s) = (Lanes<double>.All(1), terms.Smoothing);
        var (max, gap, others) = (Load(Max, row), Load(Gap, row), Load(Others, row));
        var weight = Load(Weight, row);
        var invalid = max - max; // NaN where the maximum is not finite
        var logSum = others.Log1p() + invalid;
        var hard = Lanes<double>.All(1 - s) * weight;
        var loss = hard * (gap + logSum);
        var soft = Lanes<double>.Zero;
        var pull = Lanes<double>.Zero;
        var atTarget = Lanes<double>.All(s / classes) * weight;
        if (s > 0)
        {
            var total = terms.SmoothByTarget ? Lanes<double>.All(classes) * weight : Lanes<double>.All(terms.TotalWeight);
            var spread = terms.SmoothByTarget ? Load(Spread, row) * weight : Load(Spread, row);
            soft = Lanes<double>.All(s / classes) * total;
            loss += Lanes<double>.All(s / classes) * (spread + total * logSum);
        }
        if (terms.ZLoss > 0)
        {
            var lse = max + logSum;
            pull = Lanes<double>.All(2 * terms.ZLoss) * weight * lse;
            loss += Lanes<double>.All(terms.ZLoss) * weight * lse * lse;
        }
        var norm = one / (one + others);
        var p = (-gap).ExpDown() * norm;
        var below = Lanes<double>.Select(Lanes<double>.Equal(gap, Lanes<double>.Zero), -others * norm, p - one); // p - 1 without cancellation where p is near 1
        loss.Store(ref MemoryMarshal.GetReference(Others), row);
        ((hard + soft + pull) * norm + invalid).Store(ref MemoryMarshal.GetReference(Spread), row);
        (hard * below + (soft + pull) * p - atTarget + invalid).Store(ref MemoryMarshal.GetReference(Gap), row);
    }

    private static Lanes<double> Load(ReadOnlySpan<double> values, int row) => Lanes<double>.Load(ref MemoryMarshal.GetReference(values), row);
}
