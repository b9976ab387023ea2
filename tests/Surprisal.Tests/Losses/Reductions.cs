namespace Surprisal.Tests.Losses;

/// <summary>The reductions that every loss has.</summary>
internal static class Reductions
{
    public static IReadOnlyList<Reduction> All { get; } = [Reduction.None, Reduction.Mean, Reduction.Sum];

    /// <summary>By PyTorch's word.</summary>
    public static Reduction Of(string word) => word == "batchmean" ? Reduction.BatchMean : Enum.Parse<Reduction>(word, ignoreCase: true);
}
