namespace Surprisal.Cli.Evaluate;

/// <summary>
/// What a share may be of which few rows are known, at 95 % (Wilson 1927): the shares p whose own deviation, sqrt(p (1 - p) / n), puts the
/// one that was found within 1.96 of it. Where all rows are right it is no point, as replicates of the rows would have it.
/// </summary>
internal readonly record struct WilsonInterval(double Lower, double Upper)
{
    /// <summary>Fewer rows than that, right or wrong, and replicates know too little of them.</summary>
    public const int Few = 10;

    private const double Z = 1.959963984540054;

    /// <param name="hits">How many rows are right.</param>
    /// <param name="rows">Of how many, at least 1.</param>
    public static WilsonInterval Of(long hits, long rows)
    {
        var (share, square) = ((double)hits / rows, Z * Z / rows);
        var centre = (share + square / 2) / (1 + square);
        var half = Z * Math.Sqrt(share * (1 - share) / rows + square / rows / 4) / (1 + square);
        return new(hits == 0 ? 0 : centre - half, hits == rows ? 1 : centre + half);
    }
}
