using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Softmax focal loss of logits x [rows, classes] and class t: loss = w_t q^g L with L = -ln p_t = (m - x_t) + log1p(E) and q = 1 - p_t,
/// which is E / (1 + E) where t is the largest (E as in <see cref="CrossEntropy"/>): nothing cancels. Gradient: w_t K (p_c - [c = t]) with
/// K = q^g + g p_t q^(g-1) L = q^g (1 + g p_t L / q), and -q at the target; L / q is 1 in the limit q = 0, p_t L is 0 in the limit p_t = 0.
/// </summary>
internal readonly struct SoftmaxFocal(double gamma) : IClassIndexFormula
{
    [MethodImpl(Compile.Separately)]
    public void Epilogue<T>(in RowStatistics statistics, int row, int classes, in ClassParameters<T> parameters)
        where T : unmanaged, INumberBase<T>
    {
        var (one, zero, g) = (Lanes<double>.All(1), Lanes<double>.Zero, Lanes<double>.All(gamma));
        statistics.Load(row, out var max, out var targetLogit, out var expSum, out var weight, out _);
        var invalid = max - max; // 0, or NaN where the largest logit is NaN or infinite
        var belowMax = max - targetLogit;
        var logLoss = belowMax + (expSum.Log1p() + invalid); // L
        var inverseSum = one / (one + expSum);
        var p = (-belowMax).ExpNonPositive() * inverseSum;
        var q = Lanes<double>.Select(Lanes<double>.Equal(belowMax, zero), expSum * inverseSum, one - p);
        var power = gamma == 0 ? one : gamma == 1 ? q : gamma == 2 ? q * q : (g * q.Log()).Exp(); // q^g
        var ratio = Lanes<double>.Select(Lanes<double>.Equal(p, zero), zero, p * logLoss / q); // p L / q
        ratio = Lanes<double>.Select(Lanes<double>.Equal(q, zero), one, ratio);
        var k = weight * (power * (one + g * ratio)); // w K
        statistics.Results.Store(row, weight * power * logLoss, k * inverseSum + invalid, -(k * q) + invalid);
    }
}
