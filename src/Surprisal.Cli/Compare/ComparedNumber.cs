using Surprisal.Metrics;

namespace Surprisal.Cli.Compare;

/// <summary>A metric of both models, and how far they differ.</summary>
/// <param name="Name">What it is.</param>
/// <param name="First">Of the first model.</param>
/// <param name="Second">Of the second one.</param>
/// <param name="Difference">Second minus first; NaN where it is not defined.</param>
/// <param name="Interval">Of the difference.</param>
/// <param name="IsLoss">Whether less is better.</param>
internal sealed record ComparedNumber(string Name, double First, double Second, double Difference, Interval Interval, bool IsLoss = true)
{
    /// <summary>0 for the first model, 1 for the second, null where the interval leaves it open.</summary>
    public int? Better => Interval.Lower > 0 ? IsLoss ? 0 : 1 : Interval.Upper < 0 ? IsLoss ? 1 : 0 : null;
}
