namespace Surprisal.Metrics;

/// <summary>Ratios and means as all reports take them.</summary>
internal static class Averages
{
    /// <summary>a / b, or what 0 / 0 is.</summary>
    public static double Divide(double a, double b, ZeroDivision zero) => b > 0 ? a / b : zero switch
    {
        ZeroDivision.Zero => 0,
        ZeroDivision.One => 1,
        _ => double.NaN,
    };

    /// <summary>The mean of what is not NaN; NaN of nothing.</summary>
    public static double Mean(IEnumerable<double> values)
    {
        var (sum, count) = (0.0, 0);
        foreach (var value in values)
            if (!double.IsNaN(value)) (sum, count) = (sum + value, count + 1);
        return sum / count;
    }

    /// <summary>The mean by weights, of what is not NaN; where no weight is left the plain mean.</summary>
    public static double Mean(IEnumerable<(double Value, double Weight)> values)
    {
        var all = values.Where(static pair => !double.IsNaN(pair.Value)).ToList();
        var (sum, weights) = (0.0, 0.0);
        foreach (var (value, weight) in all) (sum, weights) = (sum + value * weight, weights + weight);
        return weights > 0 ? sum / weights : Mean(all.Select(static pair => pair.Value));
    }
}
