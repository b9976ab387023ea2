using System.Globalization;

namespace Surprisal.Metrics;

/// <summary>
/// What a number would be on other data of the same kind: the 2.5 % and 97.5 % quantiles over replicates of the data (Efron's percentile
/// interval).
/// </summary>
/// <param name="Lower">The lower end; NaN where there is no interval.</param>
/// <param name="Upper">The upper end; NaN where there is no interval.</param>
/// <param name="Undefined">Replicates in which the number was not defined; they are left out.</param>
public readonly record struct Interval(double Lower, double Upper, int Undefined)
{
    /// <summary>No interval.</summary>
    public static Interval None { get; } = new(double.NaN, double.NaN, 0);

    /// <summary>Half of the width.</summary>
    public double HalfWidth => (Upper - Lower) / 2;

    /// <summary>[0.9512, 0.9634].</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Lower:F4}, {Upper:F4}]");
}
