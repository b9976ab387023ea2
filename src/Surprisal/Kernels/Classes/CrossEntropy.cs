using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Cross-entropy of logits x [rows, classes] and class t [rows]:
/// loss = sum_c q_c (lse - x_c) + z w lse^2, with lse = ln sum_c exp(x_c) = m + log1p(E).
/// </summary>
/// <remarks>
/// <para>
/// q_c = (1 - s) w [c = t] + (s / C) u_c. w is the weight of the target's class; u_c is the weight of class c, or w for all classes
/// (PerTarget), or 1 without weights.
/// </para>
/// <para>
/// E is the sum of exp(x_c - m) without the largest logit's: every exponent is 0 or less, and E keeps its digits where the target is
/// nearly certain.
/// </para>
/// <para>
/// From a row's statistics, with U = sum u:
/// loss = (1 - s) w (lse - x_t) + (s / C) (sum_c u_c (m - x_c) + U log1p(E)) + z w lse^2. The gradient: <see cref="ClassGradient"/>.
/// </para>
/// <para>
/// A NaN logit makes E NaN, by its own exponential, and may be m; an infinite m makes m - m NaN. All three give a NaN loss and a NaN
/// factor, so the whole gradient of the row is NaN.
/// </para>
/// </remarks>
internal readonly struct CrossEntropy : IClassIndexFormula
{
    [MethodImpl(Compile.Separately)]
    public void Epilogue<T>(in RowStatistics statistics, int row, int classes, in ClassParameters<T> parameters)
        where T : unmanaged, INumberBase<T>
    {
        statistics.Load(row, out var max, out var targetLogit, out var expSum, out var w, out var smoothingSum);
        var results = statistics.Results;
        var (one, s) = (Lanes<double>.All(1), parameters.LabelSmoothing);
        var invalid = max - max; // 0, or NaN where the largest logit is NaN or infinite
        var belowMax = max - targetLogit;
        var logSum = expSum.Log1p() + invalid;
        var inverseSum = one / (one + expSum);
        var p = (-belowMax).ExpNonPositive() * inverseSum; // of the target
        // no cancellation where p is near 1
        var pMinusOne = Lanes<double>.Select(Lanes<double>.Equal(belowMax, Lanes<double>.Zero), -expSum * inverseSum, p - one);
        if (s == 0 && parameters.ZLoss == 0)
        {
            var nanIfInfinite = Lanes<double>.Zero * w; // of the weight: 0 times infinity, which the other terms below make by themselves
            results.Store(row, w * (belowMax + logSum), w * inverseSum + invalid, w * pMinusOne - nanIfInfinite + invalid);
            return;
        }
        var totalWeight = parameters.SmoothByTarget ? Lanes<double>.All(classes) * w : Lanes<double>.All(parameters.TotalWeight);
        if (parameters.SmoothByTarget) smoothingSum *= w;
        var (hard, spread, z) = (Lanes<double>.All(1 - s) * w, Lanes<double>.All(s / classes), Lanes<double>.All(parameters.ZLoss) * w);
        var lse = max + logSum;
        var loss = hard * (belowMax + logSum);
        if (s > 0) loss += spread * (smoothingSum + totalWeight * logSum); // 0 times infinity is not meant
        if (parameters.ZLoss > 0) loss += z * lse * lse;
        var zGradient = parameters.ZLoss > 0 ? (z + z) * lse : Lanes<double>.Zero;
        var besidesHard = s > 0 ? spread * totalWeight + zGradient : zGradient;
        // Q + 2 z w lse = hard + besidesHard
        results.Store(
            row, loss, factor: (hard + besidesHard) * inverseSum + invalid,
            targetGradient: hard * pMinusOne + besidesHard * p - spread * w + invalid,
            smoothingTerm: parameters.SmoothByTarget ? spread * w : spread);
    }
}
