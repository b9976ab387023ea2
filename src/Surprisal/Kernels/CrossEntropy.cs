using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Cross-entropy of logits x against class t: loss = sum_c q_c (lse - x_c) + z w lse^2, gradient = (Q + pull) p_c - q_c, with
/// q_c = (1 - s) w [c = t] + (s / C) u_c, Q = sum q, lse = m + log1p(others), pull = 2 z w lse; w is the target's weight, u_c the class's own or w.
/// From the sums: the loss (1 - s) w (lse - x_t) + (s / C) (spread + U log1p(others)) + z w lse^2, U the sum of all u.
/// </summary>
internal readonly struct CrossEntropy : IClassFormula
{
    [MethodImpl(Compile.Alone)]
    public void Finish<T>(in ClassSums sums, int row, int classes, in ClassTerms<T> terms) where T : unmanaged, INumberBase<T>
    {
        var (one, s) = (Lanes<double>.All(1), terms.Smoothing);
        var (max, gap, others) = (ClassSums.Load(sums.Max, row), ClassSums.Load(sums.Gap, row), ClassSums.Load(sums.Others, row));
        var weight = ClassSums.Load(sums.Weight, row);
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
            var spread = terms.SmoothByTarget ? ClassSums.Load(sums.Spread, row) * weight : ClassSums.Load(sums.Spread, row);
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
        sums.Store(row, loss, (hard + soft + pull) * norm + invalid, hard * below + (soft + pull) * p - atTarget + invalid);
    }
}
