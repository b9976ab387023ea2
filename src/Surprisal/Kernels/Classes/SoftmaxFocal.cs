using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Softmax focal loss of logits x against class t: loss = w_t q^g L with L = -ln p_t = gap + log1p(others) and the miss q = 1 - p_t, which is
/// others / (1 + others) where t is the largest (see <see cref="RowSums"/>): nothing cancels. Gradient: w_t K (p_c - [c = t]) with
/// K = q^g + g p_t q^(g-1) L = q^g (1 + g p_t L / q), and -q at the target; L / q is 1 in the limit q = 0, p_t L is 0 in the limit p_t = 0.
/// </summary>
internal readonly struct SoftmaxFocal(double gamma) : IClassFormula
{
    [MethodImpl(Compile.Separately)]
    public void Finish<T>(in ClassSums sums, int row, int classes, in ClassTerms<T> terms) where T : unmanaged, INumberBase<T>
    {
        var (one, zero, g) = (Lanes<double>.All(1), Lanes<double>.Zero, Lanes<double>.All(gamma));
        sums.Load(row, out var max, out var gap, out var others, out var weight, out _);
        var invalid = max - max; // NaN where the maximum is not finite
        var cost = gap + (others.Log1p() + invalid);
        var norm = one / (one + others);
        var p = (-gap).ExpNonPositive() * norm;
        var miss = Lanes<double>.Select(Lanes<double>.Equal(gap, zero), others * norm, one - p);
        var power = gamma == 0 ? one : gamma == 1 ? miss : gamma == 2 ? miss * miss : (g * miss.Log()).Exp();
        var hit = Lanes<double>.Select(Lanes<double>.Equal(p, zero), zero, p * cost / miss);
        hit = Lanes<double>.Select(Lanes<double>.Equal(miss, zero), one, hit);
        var steep = weight * (power * (one + g * hit));
        sums.Store(row, weight * power * cost, steep * norm + invalid, -(steep * miss) + invalid);
    }
}
