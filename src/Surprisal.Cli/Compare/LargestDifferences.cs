namespace Surprisal.Cli.Compare;

/// <summary>The rows of the largest differences above 0, and of equal ones those that come first.</summary>
internal sealed class LargestDifferences
{
    private const int Most = 5;

    private readonly List<(double Difference, DifferingRow Row)> kept = [];

    public IReadOnlyList<DifferingRow> Rows => [.. kept.Select(static one => one.Row)];

    /// <summary>Takes a row, if it is one of them. Rows come in their order.</summary>
    public void Add(long row, double first, double second, double difference)
    {
        if (!(difference > 0) || (kept.Count == Most && !(difference > kept[^1].Difference))) return;
        var at = kept.FindIndex(one => difference > one.Difference);
        kept.Insert(at < 0 ? kept.Count : at, (difference, new(row, first, second)));
        if (kept.Count > Most) kept.RemoveAt(Most);
    }
}
