namespace Surprisal.Training;

/// <summary>A part to train on and a part to test on; <c>var (train, test) = data.Split(0.2, random);</c> takes both.</summary>
public sealed record DatasetSplit
{
    /// <summary>What to learn from.</summary>
    public required Dataset Train { get; init; }

    /// <summary>What to test with.</summary>
    public required Dataset Test { get; init; }

    /// <summary>
    /// What somebody who relies on the parts should know, a sentence each: files that were skipped, copies, one content under several
    /// labels, classes without a test sample.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>One line: 1438 samples to train on, 359 to test with.</summary>
    public override string ToString() => $"{Train.Count} samples to train on, {Test.Count} to test with";

    /// <summary>Takes both parts.</summary>
    /// <param name="train">Receives <see cref="Train"/>.</param>
    /// <param name="test">Receives <see cref="Test"/>.</param>
    public void Deconstruct(out Dataset train, out Dataset test) => (train, test) = (Train, Test);
}
