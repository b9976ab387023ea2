namespace Surprisal.Cuda;

/// <summary>
/// How the library cuts the positions [samples, inner] of logits [samples, classes, inner] into blocks whose losses are added one by one:
/// the
/// same blocks give the same sum.
/// </summary>
/// <param name="Count">The blocks of all samples.</param>
/// <param name="PerSample">The blocks of one.</param>
/// <param name="Length">The positions of a sample; of rows those of all samples.</param>
/// <param name="Size">The positions of a block; the last has fewer.</param>
/// <param name="Group">How many of a block are added before the next are.</param>
internal readonly record struct LossBlocks(int Count, int PerSample, int Length, int Size, int Group)
{
    /// <summary>Up to so many classes rows are added as columns.</summary>
    public const int FewClasses = 128;

    private const int LogitsOfABlock = 32_768, LongestBlock = 8192, ColumnNumbers = 131_072, LongestGroup = 4096, RowGroup = 512,
        NumbersOfATile = 5120;

    /// <param name="samples">How many samples.</param>
    /// <param name="classes">At least one.</param>
    /// <param name="inner">How many positions a sample has.</param>
    /// <param name="lanes">Of the format that is computed in: 16 or 8.</param>
    public static LossBlocks Of(int samples, int classes, int inner, int lanes)
    {
        var columns = Math.Clamp(ColumnNumbers / classes, lanes, LongestGroup) / lanes * lanes;
        var size = UsesColumns(classes, inner)
            ? inner > 1 ? columns : Math.Min(LogitsOfABlock / classes, LongestBlock) / lanes * lanes
            : Math.Max(LogitsOfABlock / classes, 1);
        var length = inner == 1 ? samples : inner;
        var perSample = Pieces.Of(length, size);
        return new(inner == 1 ? perSample : samples * perSample, perSample, length, size, inner == 1 ? RowGroup : columns);
    }

    /// <summary>The same of losses of class probabilities, of which rows are added one by one.</summary>
    /// <inheritdoc cref="Of"/>
    public static LossBlocks OfProbabilities(int samples, int classes, int inner, int lanes)
    {
        var blocks = Of(samples, classes, inner, lanes);
        var tile = (Math.Clamp(NumbersOfATile / classes, 1, RowGroup) + lanes - 1) / lanes * lanes;
        return inner > 1 ? blocks : blocks with { Group = UsesColumns(classes, inner) ? tile : 1 };
    }

    public static bool UsesColumns(int classes, int inner) => inner > 1 || classes <= FewClasses;
}
