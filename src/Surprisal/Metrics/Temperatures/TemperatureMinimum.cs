using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>
/// The minimum of the mean loss L(beta) with beta = 1 / T, which is convex: L'' is a variance. Newton's method, kept inside a bracket by
/// the
/// sign of L'. Guo, Pleiss, Sun, Weinberger, On Calibration of Modern Neural Networks (2017), 4.2.
/// </summary>
internal static class TemperatureMinimum
{
    /// <summary>The bounds of ln beta.</summary>
    public const double Bound = 10;

    /// <summary>
    /// The temperature, when the rows are neither absent nor flat nor all at their maxima, which the caller has looked at.
    /// </summary>
    /// <param name="pass">L, L' and L'' at a beta; each call is one pass over the data.</param>
    public static TemperatureFit Find(Func<double, (double Loss, double Slope, double Curvature)> pass)
    {
        var before = pass(1);
        if (pass(0).Slope >= 0) return AtBound(TemperatureState.Infinite, -Bound, before.Loss, pass);
        var (low, high) = (Scalar.Exp(-Bound), Scalar.Exp(Bound));
        if (pass(high).Slope <= 0) return AtBound(TemperatureState.Zero, Bound, before.Loss, pass);
        if (pass(low).Slope >= 0) return AtBound(TemperatureState.Infinite, -Bound, before.Loss, pass);
        var (beta, at) = (1.0, before);
        for (var step = 0; step < 200 && at.Slope != 0; step++)
        {
            if (at.Slope < 0) low = beta;
            else high = beta;
            var next = beta - at.Slope / at.Curvature;
            if (!(next > low && next < high)) next = Math.Sqrt(low) * Math.Sqrt(high);
            var isNear = Math.Abs(next - beta) <= 1e-12 * beta || high - low <= 1e-12 * low;
            (beta, at) = (next, pass(next));
            if (isNear) break;
        }
        return new(1 / beta, TemperatureState.Finite, before.Loss, at.Loss);
    }

    /// <summary>The bound towards which the loss falls.</summary>
    public static TemperatureFit AtBound(
        TemperatureState state, double logOfBeta, double before, Func<double, (double Loss, double Slope, double Curvature)> pass) =>
        new(Scalar.Exp(-logOfBeta), state, before, pass(Scalar.Exp(logOfBeta)).Loss);
}
