using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Cross-entropy of logits x [rows, classes] against probabilities t [rows, classes]: loss = sum_c q_c (lse - x_c) + z lse^2 with q_c = w_c
/// (t_c (1 - s) + s / C), lse = m + log1p(E), E the sum of exp(x_c - m) without the largest logit's. Both drivers,
/// <see cref="ClassProbabilityRows"/> and <see cref="ClassProbabilityColumns"/>, take sums, results and gradients from here.
/// </summary>
/// <remarks>
/// 1. With Q = sum q the loss is sum_c q_c (m - x_c) + Q log1p(E) + z lse^2: the first sum is made beside E, in one pass.
/// 2. Gradient of the logits: (Q + 2 z lse) p_c - q_c = factor e_c - q_c, with e_c = exp(x_c - m) in memory and factor = (Q + 2 z lse) / (1
/// + E). 3. At a largest logit that has no equal, Q p - q is the sum of the other q minus Q (1 - p): no cancellation where the model is
/// sure. 4. Gradient of the probabilities: (1 - s) w_c (lse - x_c), made from (m - x_c) / 2, which is finite where the logits are.
/// NaN and infinite logits end in NaN as in <see cref="CrossEntropy"/>.
/// </remarks>
internal static class CrossEntropyOfProbabilities
{
    /// <summary>
    /// From the statistics of eight rows from <paramref name="row"/> on to their losses and what their gradients are made of.
    /// </summary>
    [MethodImpl(Compile.Separately)]
    public static void Epilogue(in ProbabilityStatistics statistics, int row, double z)
    {
        statistics.Load(row, out var max, out var ones, out var expSum, out var rest, out var top, out var cost);
        var one = Lanes<double>.All(1);
        var invalid = max - max; // 0, or NaN where the largest logit is NaN or infinite
        expSum += ones - one;
        var total = rest + top;
        var logSum = expSum.Log1p() + invalid;
        var (lse, norm) = (max + logSum, one + expSum);
        var zGradient = z == 0 ? Lanes<double>.Zero : Lanes<double>.All(2 * z) * lse;
        var isFinite = Lanes<double>.Equal(total - total, Lanes<double>.Zero);
        // an infinite q below the largest has its infinity in the cost already, also where nothing but the largest counts
        var loss = cost + Lanes<double>.Select(Lanes<double>.Equal(logSum, Lanes<double>.Zero), top, total) * logSum;
        if (z != 0) loss += zGradient * lse * Lanes<double>.All(0.5);
        var atLargest = Lanes<double>.Select(isFinite, rest - total * (expSum / norm), total / norm - top) + zGradient / norm + invalid;
        statistics.Results.Store(row, loss, logSum, (total + zGradient) / norm + invalid, atLargest);
    }

    /// <summary>q (m - x), where 0 times infinity is NaN unless the parameters say 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Cost<T>(Lanes<T> q, Lanes<T> belowMax, bool zeroTimesInfinity) where T : unmanaged =>
        zeroTimesInfinity ? Lanes<T>.Select(Lanes<T>.Equal(q, Lanes<T>.Zero), Lanes<T>.Zero, q * belowMax) : q * belowMax;

    /// <summary>(m - x) / 2, which is finite where the logits are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> HalfBelowMax<T>(ref T x, nint i, Lanes<T> max) where T : unmanaged, INumberBase<T>
    {
        var half = Lanes<T>.All(T.CreateTruncating(0.5));
        return max * half - Lanes<T>.Load(ref x, i) * half;
    }

    /// <summary>
    /// The gradient of logits with exponentials e: step 3 where it is the largest, else step 2; every factor holds the scale already.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Gradient<T>(
        Lanes<T> e,
        Lanes<T> q,
        Lanes<T> factor,
        Lanes<T> negativeScale,
        Lanes<T> atLargest,
        Lanes<T> isLargest)
        where T : unmanaged =>
        Lanes<T>.Select(isLargest, atLargest, Lanes<T>.Fma(q, negativeScale, e * factor));

    /// <summary>The gradient of probabilities from (m - x) / 2 and log1p(E) / 2; the scale holds twice what both were halved by.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> TargetGradient<T>(Lanes<T> halfBelowMax, Lanes<T> halfLogSum, Lanes<T> scale) where T : unmanaged =>
        (halfBelowMax + halfLogSum) * scale;
}
