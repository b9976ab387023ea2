namespace Surprisal.Cuda;

/// <summary>
/// From the sums of a row to its loss and to what its gradient is made of: with R the sum of exp(z - m) without the target, l - z_t =
/// log1p(R) where the target is the largest, else m - z_t + ln(R + exp(z_t - m)).
/// </summary>
/// <param name="writer">Of the kernel.</param>
/// <param name="smoothing">How much of the target is spread over the classes.</param>
/// <param name="share">Smoothing / classes.</param>
/// <param name="totalWeight">The sum of all classes' weights.</param>
/// <param name="penalty">The factor of the squared log-sum-exp.</param>
internal sealed class LinearFormula(
    PtxWriter writer, Real<F64> smoothing, Real<F64> share, Real<F64> totalWeight, Real<F64> penalty)
{
    /// <param name="rows">Where it goes, and the target's logit.</param>
    /// <param name="row">Of those that count.</param>
    /// <param name="found">What was added up of all logits but the target's.</param>
    /// <param name="w">The weight of the target's class.</param>
    /// <param name="scale">Of the row's gradients.</param>
    /// <param name="sampleWeight">How often it counts.</param>
    public void Write(LinearRows rows, Whole<U32> row, LinearRowSums found, Real<F64> w, Real<F64> scale, Real<F64> sampleWeight)
    {
        var (zero, one) = (Real<F64>.Zero, Real<F64>.One);
        var (others, target) = (found.Max, rows.Load(LinearRows.Pivot, row));
        var m = Real<F64>.Select(Real<F64>.Equal(others, others), Real<F64>.MaxOrSecond(others, target), others);
        var invalid = m - m; // NaN where the largest logit is NaN or infinite
        var isNothing = Real<F64>.Equal(others, Real<F64>.Constant(double.NegativeInfinity));
        var rest = found.ExpSum * Real<F64>.Select(isNothing, zero, Exponential.NonPositive(writer, others - m));
        var belowMax = m - target;
        var isLargest = Real<F64>.Equal(target, m);
        var atTarget = Exponential.NonPositive(writer, -belowMax);
        var sum = rest + atTarget;
        var logSum = Logarithm.Log(writer, sum);
        var aboveTarget = Real<F64>.Select(isLargest, Logarithm.Log1p(writer, rest), belowMax + logSum);
        var l = m + Real<F64>.Select(isLargest, aboveTarget, logSum);
        var (hard, isSmooth, isPenalized) = ((one - smoothing) * w, smoothing > zero, penalty > zero);
        var (loss, besides) = (writer.Variable(hard * aboveTarget + invalid), writer.Variable(zero));
        writer.If(isSmooth, () =>
        {
            writer.Set(loss, loss + share * (totalWeight * l - found.Cost));
            writer.Set(besides, share * totalWeight);
        });
        writer.If(isPenalized, () =>
        {
            writer.Set(loss, loss + penalty * l * l);
            writer.Set(besides, besides + (penalty + penalty) * l);
        });
        rows.Store(LinearRows.Max, row, m);
        rows.Store(LinearRows.Loss, row, loss * sampleWeight);
        rows.Store(LinearRows.Factor, row, ((hard + besides) / sum + invalid) * scale);
        var spread = Real<F64>.Select(isSmooth, share * w, zero);
        rows.Store(LinearRows.PivotGradient, row,
            (-hard * rest / sum + besides * atTarget / sum - spread + invalid - w * zero) * scale);
        rows.Store(LinearRows.Term, row, share * scale);
    }
}
