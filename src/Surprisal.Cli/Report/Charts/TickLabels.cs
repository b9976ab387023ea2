namespace Surprisal.Cli.Report;

/// <summary>What stands beside ticks: as many digits behind the point as the tick that needs most, or an exponent.</summary>
internal static class TickLabels
{
    private const double Large = 1e6, Small = 1e-4;

    /// <param name="ticks">Round numbers.</param>
    /// <param name="alone">Whether each may be written in its own way, as where they are powers.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<double> ticks, bool alone)
    {
        if (alone) return [.. ticks.Select(static tick => IsPlain(tick) ? Plain(tick) : Scientific(tick))];
        if (!ticks.All(IsPlain)) return [.. ticks.Select(Scientific)];
        var decimals = ticks.Select(static tick => Plain(tick).Split('.') is [_, var fraction] ? fraction.Length : 0).Append(0).Max();
        return [.. ticks.Select(tick => tick.ToString($"F{decimals}"))];
    }

    private static bool IsPlain(double tick) => tick == 0 || Math.Abs(tick) is >= Small and < Large;

    private static string Plain(double tick) => tick.ToString("0.#################");

    private static string Scientific(double tick) =>
        tick == 0 ? "0" : tick.ToString("0.##############E+0").Replace("E+", "e", StringComparison.Ordinal)
            .Replace("E-", "e-", StringComparison.Ordinal);
}
