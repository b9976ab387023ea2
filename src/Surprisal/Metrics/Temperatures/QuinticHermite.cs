namespace Surprisal.Metrics;

/// <summary>
/// The minimum of a function known at nodes by its value and two derivatives: between two nodes it is the polynomial of degree five that
/// has all six of their numbers.
/// </summary>
internal static class QuinticHermite
{
    /// <summary>
    /// Where the slope turns from negative to positive, and the value there; x is below the first node or above the last one where it does
    /// not, as infinity.
    /// </summary>
    public static (double X, double Value) Minimum(ReadOnlySpan<double> nodes, ReadOnlySpan<(double F, double Slope, double Curvature)> at)
    {
        if (at[0].Slope >= 0) return (double.NegativeInfinity, at[0].F);
        for (var k = 0; k + 1 < nodes.Length; k++)
        {
            if (at[k + 1].Slope < 0) continue;
            var h = nodes[k + 1] - nodes[k];
            Span<double> c = Coefficients(at[k], at[k + 1], h);
            var (low, high) = (0.0, 1.0);
            for (var step = 0; step < 60; step++)
            {
                var middle = (low + high) / 2;
                var slope = 0.0;
                for (var n = 5; n > 0; n--) slope = slope * middle + n * c[n];
                if (slope < 0) low = middle;
                else high = middle;
            }
            var value = 0.0;
            for (var n = 5; n >= 0; n--) value = value * low + c[n];
            return (nodes[k] + low * h, value);
        }
        return (double.PositiveInfinity, at[^1].F);
    }

    /// <summary>Of t in [0, 1], from the lowest power up.</summary>
    private static double[] Coefficients(
        (double F, double Slope, double Curvature) a, (double F, double Slope, double Curvature) b, double h)
    {
        var (f, g, p, q) = (a.F, b.F, a.Slope * h, b.Slope * h);
        var (r, s) = (a.Curvature * h * h, b.Curvature * h * h);
        return
        [
            f, p, r / 2, 10 * (g - f) - 6 * p - 4 * q - 1.5 * r + 0.5 * s, -15 * (g - f) + 8 * p + 7 * q + 1.5 * r - s,
            6 * (g - f) - 3 * (p + q) - 0.5 * (r - s),
        ];
    }
}
