using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>All samples in random order, another one each epoch (Fisher, Yates).</summary>
public sealed class RandomSampler : Sampler
{
    private readonly long key;
    private readonly string drawn;

    /// <summary>The orders of so many samples.</summary>
    /// <param name="count">How many samples there are.</param>
    /// <param name="seed">Decides the orders of all epochs, with its next number.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative count.</exception>
    public RandomSampler(int count, Seed seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        (Count, key, drawn) = (count, Seed.Draw(seed), $"{seed}");
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Order(int epoch)
    {
        var order = Enumerable.Range(0, Count).ToArray();
        new RandomStream(key, stream: epoch).Shuffle(order);
        return order;
    }

    /// <summary>For checkpoints: shuffled with seed 0, draw 1.</summary>
    public override string ToString() => $"shuffled with {drawn}";
}
