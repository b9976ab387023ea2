namespace Surprisal.Training;

/// <summary>A part to train on and a part to test on; <c>var (train, test) = data.Split(0.2, seed: 0);</c> takes both.</summary>
/// <param name="Train">What to learn from.</param>
/// <param name="Test">What to test with.</param>
public sealed record DatasetSplit(Dataset Train, Dataset Test)
{
    /// <summary>
    /// What somebody who relies on the parts should know, a sentence each: files that were skipped, copies, one content under several
    /// labels, classes without a test sample.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
