namespace Surprisal.Training;

/// <summary>Cuts a dataset into folds by what its samples hold. See <see cref="Dataset.Folds"/>.</summary>
internal static class ContentFolds
{
    /// <summary>The samples of each fold, in their order.</summary>
    public static List<int>[] Cut(Dataset data, int count, long seed)
    {
        List<int>[] folds = [.. Enumerable.Range(0, count).Select(static _ => new List<int>())];
        var next = 0;
        // A content under several labels counts for the first of its samples alone.
        var classes = ContentSplit.Contents(data, seed).OrderBy(static content => content.Key, StringComparer.Ordinal)
            .Select(static content => content.Value).GroupBy(content => data.Target(content[0])).OrderBy(static group => group.Key);
        // A class goes on where the one before ended: so the folds differ by one at most, and so does each class in them.
        foreach (var content in classes.SelectMany(static group => group)) folds[next++ % count].AddRange(content);
        foreach (var fold in folds) fold.Sort();
        return folds;
    }
}
