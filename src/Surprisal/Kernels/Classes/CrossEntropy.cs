using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Cross-entropy of logits x against class t: loss = sum_c q_c (lse - x_c) + z w lse^2, gradient = (Q + pull) p_c - q_c, with
/// q_c = (1 - s) w [c = t] + (s / C) u_c, Q = sum q, lse = m + log1p(others), pull = 2 z w lse; w is the target's weight, u_c the class's own or w.
/// From the sums: the loss (1 - s) w (lse - x_t) + (s / C) (spread + U log1p(others)) + z w lse^2, U the sum of all u.
/// </summary>
internal readonly struct CrossEntropy : IClassFormula
{
    [MethodImpl(Compile.Separately)]
    public void Finish<T>(in ClassSums sums, int row, int classes, in ClassTerms<T> terms) where T : unmanaged, INumberBase<T>
    {
        sums.Load(row, out var max, out var gap, out var others, out var weight, out var spread);
        var (one, s) = (Lanes<double>.All(1), terms.Smoothing);
        var invalid = max - max; // NaN where the maximum is not finite
        var logSum = others.Log1p() + invalid;
        var norm = one / (one + others);
        var p = (-gap).ExpNonPositive() * norm;
        var below = Lanes<double>.Select(Lanes<double>.Equal(gap, Lanes<double>.Zero), -others * norm, p - one); // p - 1 without cancellation where p is near 1
        if (s == 0 && terms.ZLoss == 0)
        {
            sums.Store(row, weight * (gap + logSum), weight * norm + invalid, weight * below - Lanes<double>.Zero * weight + invalid); // NaN for an infinite weight
            return;
        }
        var total = terms.SmoothByTarget ? Lanes<double>.All(classes) * weight : Lanes<double>.All(terms.TotalWeight);
        if (terms.SmoothByTarget) spread *= weight;
        var (hard, share, z) = (Lanes<double>.All(1 - s) * weight, Lanes<double>.All(s / classes), Lanes<double>.All(terms.ZLoss) * weight);
        var lse = max + logSum;
        var loss = hard * (gap + logSum);
        if (s > 0) loss += share * (spread + total * logSum); // 0 times infinity is not meant
        if (terms.ZLoss > 0) loss += z * lse * lse;
        var pull = terms.ZLoss > 0 ? (z + z) * lse : Lanes<double>.Zero;
        var soft = s > 0 ? share * total + pull : pull;
        sums.Store(row, loss, (hard + soft) * norm + invalid, hard * below + soft * p - share * weight + invalid);
    }
}
