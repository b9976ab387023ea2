namespace Surprisal.Training;

/// <summary>All samples as they are: 0, 1, 2 ... in every epoch.</summary>
public sealed class SequentialSampler : Sampler
{
    private readonly int[] order;

    /// <summary>The order of so many samples.</summary>
    /// <param name="count">How many samples there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative count.</exception>
    public SequentialSampler(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        order = [.. Enumerable.Range(0, count)];
    }

    /// <inheritdoc/>
    public override int Count => order.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Order(int epoch) => order;

    /// <summary>For checkpoints: as they are.</summary>
    public override string ToString() => "as they are";
}
