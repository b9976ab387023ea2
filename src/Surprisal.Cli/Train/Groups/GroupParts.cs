namespace Surprisal.Cli;

/// <summary>The runs of a group, in their order: the name of each one's folder, and its options.</summary>
internal static class GroupParts
{
    /// <summary>In what the runs differ.</summary>
    public static string GroupKind(this TrainOptions group) => group.Seeds is not null ? "seeds" : "folds";

    public static IEnumerable<(string Name, TrainOptions Options)> Parts(this TrainOptions group)
    {
        if (group.Seeds is { } seeds)
            for (var i = 0; i < seeds; i++)
                yield return ($"seed-{group.Seed + i}", group with { Seeds = null, Seed = group.Seed + i });
        else
            for (var i = 1; i <= group.Folds; i++) yield return ($"fold-{i}", group with { Fold = i });
    }
}
