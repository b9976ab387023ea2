namespace Surprisal.Kernels;

/// <summary>Jaccard: 1 - (I + s) / (P + T - I + s).</summary>
internal static class Jaccard
{
    public static RegionFormula Formula(double smooth) => new(1, -1, 1, 1, smooth);
}
