namespace Surprisal.Kernels;

/// <summary>
/// From the statistics of a row to its loss and to what its gradient is made of: loss = sum_c q_c (l - z_c) + zeta l^2, with l = ln sum_c
/// exp(z_c) and q = (1 - s) w_t [c = t] + (s / C) w_c, or for probabilities w_c ((1 - s) t_c + s / C).
/// </summary>
/// <remarks>
/// <para>
/// R is the sum of exp(z - m) without the target t. Where t is the largest, l - z_t = log1p(R), else m - z_t + ln(R + exp(z_t - m)): no
/// cancellation where the model is sure.
/// </para>
/// <para>
/// Gradient: (Q + 2 zeta l) p_c - q_c with Q = sum q. At the target p - 1 is -R / S, S = R + exp(z_t - m). Of probabilities a largest logit
/// takes the target's place: p = 1 / (1 + R) there.
/// </para>
/// <para>A NaN logit makes R NaN, an infinite m makes m - m NaN: loss and gradient of the row are NaN.</para>
/// </remarks>
/// <param name="smoothing">s.</param>
/// <param name="penalty">zeta; unlike that of <see cref="CrossEntropy"/> it has no class weight.</param>
/// <param name="classes">C.</param>
/// <param name="totalWeight">The sum of all classes' weights.</param>
/// <param name="slope">What the temperature divides gradients by.</param>
internal readonly unsafe struct LinearCrossEntropy(double smoothing, double penalty, int classes, double totalWeight, double slope)
{
    private readonly double spread = smoothing / classes;

    /// <summary>The results of a row whose pivot is its target, of weight w.</summary>
    public void Target(in LinearRows rows, int row, double w)
    {
        var (others, target) = (rows.Max[row], rows.Pivot[row]);
        var m = Math.Max(others, target); // NaN where either is
        var invalid = m - m;
        // where the search for the maximum passed over a NaN, the sum has it
        var rest = rows.ExpSum[row] * (double.IsNegativeInfinity(others) ? 0 : Scalar.Exp(others - m));
        var (belowMax, isLargest) = (m - target, target == m);
        var atTarget = Scalar.Exp(-belowMax);
        var sum = rest + atTarget;
        var aboveTarget = isLargest ? Scalar.Log1p(rest) : belowMax + Scalar.Log(sum); // l - z_t
        var l = m + (isLargest ? aboveTarget : Scalar.Log(sum));
        var hard = (1 - smoothing) * w;
        var (loss, besides) = (hard * aboveTarget + invalid, 0.0);
        if (smoothing > 0)
        {
            loss += spread * (totalWeight * l - rows.Cost[row]);
            besides = spread * totalWeight;
        }
        if (penalty > 0)
        {
            loss += penalty * l * l;
            besides += 2 * penalty * l;
        }
        var scale = rows.Scale[row] * slope;
        rows.Max[row] = m;
        rows.Loss[row] = loss;
        rows.Factor[row] = ((hard + besides) / sum + invalid) * scale;
        rows.PivotGradient[row] =
            (-hard * rest / sum + besides * atTarget / sum - (smoothing > 0 ? spread * w : 0) + invalid - 0 * w) * scale;
        rows.Term[row] = spread * scale;
    }

    /// <summary>The results of a row of class probabilities.</summary>
    public void Probabilities(in LinearRows rows, int row)
    {
        var (m, rest, total, top) = (rows.Max[row], rows.ExpSum[row], rows.Total[row], rows.Pivot[row]);
        var invalid = m - m;
        var logSum = Scalar.Log1p(rest) + invalid;
        var l = m + logSum;
        var (sum, slopeOfPenalty) = (1 + rest, penalty > 0 ? 2 * penalty * l : 0);
        var scale = rows.Scale[row] * slope;
        var loss = rows.Cost[row] + total * logSum;
        rows.Loss[row] = penalty > 0 ? loss + penalty * l * l : loss;
        rows.Factor[row] = ((total + slopeOfPenalty) / sum + invalid) * scale;
        rows.PivotGradient[row] = (total - top - total * rest / sum + slopeOfPenalty / sum + invalid) * scale;
        rows.Term[row] = scale;
    }

    /// <summary>l of a row without a target.</summary>
    public static void LogSumExp(in LinearRows rows, int row)
    {
        var m = rows.Max[row];
        rows.Scale[row] = m + Scalar.Log(rows.ExpSum[row]) + (m - m);
    }
}
