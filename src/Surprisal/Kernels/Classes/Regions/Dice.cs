namespace Surprisal.Kernels;

/// <summary>Dice: 1 - (2 I + s) / (P + T + s).</summary>
internal static class Dice
{
    public static RegionFormula Formula(double smooth) => new(2, 0, 1, 1, smooth);
}
