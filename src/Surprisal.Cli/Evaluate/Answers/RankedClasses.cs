using Surprisal.Metrics;

namespace Surprisal.Cli.Evaluate;

/// <summary>The classes with their areas, from cells or from the exact ranking, and what becomes of them together.</summary>
internal static class RankedClasses
{
    public static IReadOnlyList<ClassReport> Of(IReadOnlyList<ClassReport> classes, IReadOnlyList<(double Auc, double Precision)>? exact) =>
        exact is null ? classes : [.. classes.Zip(exact, static (c, of) =>
            c with { Auc = of.Auc, AucError = 0, AveragePrecision = (of.Precision, of.Precision) })];

    /// <summary>Means over the classes where they are defined; none where no area is.</summary>
    public static IReadOnlyList<Figured> Numbers(IReadOnlyList<ClassReport> classes)
    {
        var ranked = classes.Where(static c => !double.IsNaN(c.Auc)).ToList();
        if (ranked.Count == 0) return [];
        var precise = classes.Where(static c => !double.IsNaN(c.AveragePrecision.Lower)).ToList();
        var (lower, upper) = precise.Count == 0 ? (double.NaN, double.NaN)
            : (precise.Average(static c => c.AveragePrecision.Lower), precise.Average(static c => c.AveragePrecision.Upper));
        return
        [
            new("AUC", ranked.Average(static c => c.Auc)) { Error = ranked.Average(static c => c.AucError) },
            new("weighted AUC", ranked.Sum(static c => c.Auc * c.Support) / ranked.Sum(static c => c.Support)),
            new("AP", (lower + upper) / 2) { Error = (upper - lower) / 2 },
        ];
    }
}
