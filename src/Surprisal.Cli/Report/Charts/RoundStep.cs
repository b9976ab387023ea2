namespace Surprisal.Cli.Report;

/// <summary>The distance of ticks: 1, 2 or 5 times a power of ten.</summary>
internal readonly record struct RoundStep(int Mantissa, int Exponent)
{
    private static readonly int[] mantissas = [1, 2, 5];

    /// <summary>The smallest one of which so many, from a multiple at or below to a multiple at or above, cover what is between.</summary>
    /// <param name="low">Finite, 1e-300 or more below <paramref name="high"/>.</param>
    /// <param name="high">Finite.</param>
    /// <param name="most">3 or more: on both sides of 0 there are never less.</param>
    public static RoundStep Covering(double low, double high, int most) =>
        From(high - low, most, step => step.AtOrAbove(high) - step.AtOrBelow(low) + 1 <= most);

    /// <summary>The smallest whole one that has at most so many multiples between.</summary>
    public static RoundStep Within(double low, double high, int most) =>
        From(Math.Max(high - low, most), most,
            step => step.Exponent >= 0 && step.AtOrBelow(high) - step.AtOrAbove(low) + 1 <= most);

    /// <summary>The multiple itself: the number that its digits stand for, to the last bit.</summary>
    public double At(double multiple) => double.Parse($"{multiple * Mantissa:F0}E{Exponent}") + 0.0; // -0 becomes 0

    public double AtOrBelow(double value)
    {
        var multiple = Math.Round(value / At(1));
        while (At(multiple) > value) multiple--;
        return multiple;
    }

    public double AtOrAbove(double value) => -AtOrBelow(-value);

    private static RoundStep From(double span, int most, Func<RoundStep, bool> fits)
    {
        for (var exponent = (int)Math.Floor(Math.Log10(span / most)) - 1; ; exponent++)
            foreach (var mantissa in mantissas)
                if (new RoundStep(mantissa, exponent) is var step && fits(step)) return step;
    }
}
