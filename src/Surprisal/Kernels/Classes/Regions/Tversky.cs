namespace Surprisal.Kernels;

/// <summary>Tversky: 1 - (I + s) / (I + alpha (P - I) + beta (T - I) + s).</summary>
internal static class Tversky
{
    public static RegionFormula Formula(double smooth, double alpha, double beta) => new(1, 1 - alpha - beta, alpha, beta, smooth);
}
