namespace Surprisal.Cuda;

/// <summary>
/// From the sums of a row of class probabilities to its loss and to what its gradient is made of: with R the sum of exp(z - m) without a
/// largest logit, l - m = log1p(R), and p of that logit 1 / (1 + R).
/// </summary>
/// <param name="writer">Of the kernel.</param>
/// <param name="penalty">The factor of the squared log-sum-exp.</param>
internal sealed class LinearShareFormula(PtxWriter writer, Real<F64> penalty)
{
    /// <inheritdoc cref="LinearFormula.Write"/>
    public void Write(LinearRows rows, Whole<U32> row, LinearShareSums found, Real<F64> scale, Real<F64> sampleWeight)
    {
        var (m, rest, total, isPenalized) = (found.Max, found.ExpSum, found.Total, penalty > Real<F64>.Zero);
        var invalid = m - m; // NaN where the largest logit is NaN or infinite
        var logSum = Logarithm.Log1p(writer, rest) + invalid;
        var (l, sum) = (m + logSum, Real<F64>.One + rest);
        var slope = Real<F64>.Select(isPenalized, (penalty + penalty) * l, Real<F64>.Zero);
        var loss = found.Cost + total * logSum;
        loss = Real<F64>.Select(isPenalized, loss + penalty * l * l, loss);
        rows.Store(LinearRows.Max, row, m);
        rows.Store(LinearRows.Loss, row, loss * sampleWeight);
        rows.Store(LinearRows.Factor, row, ((total + slope) / sum + invalid) * scale);
        rows.Store(LinearRows.PivotGradient, row, (total - found.Share - total * rest / sum + slope / sum + invalid) * scale);
        rows.Store(LinearRows.Term, row, scale);
    }
}
