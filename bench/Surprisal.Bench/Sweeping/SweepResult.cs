namespace Surprisal.Bench.Sweeping;

/// <summary>How far a function was off, over the inputs that were not NaN.</summary>
/// <param name="Count">The inputs.</param>
/// <param name="Error">The largest |ours - true| in ulps of the true value; infinite for a wrong NaN, infinity or sign of zero.</param>
/// <param name="At">The first input in the order of bits with that error.</param>
/// <param name="Missed">Answers that are not the float nearest to the truth.</param>
/// <param name="Falls">Neighbours x &lt; x' with f(x) &gt; f(x'): every one of these functions rises.</param>
internal readonly record struct SweepResult(long Count, double Error, float At, long Missed, long Falls)
{
    public double Share => (double)Missed / Count;

    public SweepResult With(SweepResult next) =>
        new(Count + next.Count, Math.Max(Error, next.Error), next.Error > Error ? next.At : At, Missed + next.Missed, Falls + next.Falls);

    /// <summary>|actual - truth| in units of the last place that floats have where the truth is; an overflow counts as 2^128.</summary>
    public static double Distance(float actual, double truth)
    {
        var nearest = (float)truth;
        if (float.IsNaN(actual) || double.IsNaN(truth)) return float.IsNaN(actual) && double.IsNaN(truth) ? 0 : double.PositiveInfinity;
        if (actual == 0 && truth == 0) return float.IsNegative(actual) == double.IsNegative(truth) ? 0 : double.PositiveInfinity;
        if (float.IsInfinity(nearest) && actual == nearest) return 0;
        if (double.IsInfinity(truth)) return double.PositiveInfinity;
        var reached = float.IsInfinity(actual) ? Math.CopySign(Math.ScaleB(1, 128), actual) : actual;
        var exponent = Math.Max((int)(BitConverter.DoubleToInt64Bits(truth) >> 52 & 0x7FF) - 1023, -126);
        return Math.Abs(reached - truth) * BitConverter.Int64BitsToDouble((long)(1023 + 23 - exponent) << 52);
    }
}
