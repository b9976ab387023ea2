using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>
/// Draws samples with replacement, each as often as its weight says: rare classes come as often as frequent ones where a sample weighs 1 /
/// the count of its class.
/// </summary>
/// <example><c>new WeightedRandomSampler([.. targets.Select(target => 1.0 / counts[target])], targets.Length, random)</c></example>
public sealed class WeightedRandomSampler : Sampler
{
    private readonly double[] cumulative;
    private readonly long key;
    private readonly string drawn;

    /// <summary>The orders of so many draws.</summary>
    /// <param name="weights">One weight a sample, at least 0 and finite, not all 0; they need not add up to 1.</param>
    /// <param name="count">Draws an epoch.</param>
    /// <param name="seed">Decides the draws of all epochs, with its next number.</param>
    /// <exception cref="ArgumentException">A weight that is negative or not finite, or no weight above 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A negative count.</exception>
    public WeightedRandomSampler(ReadOnlySpan<double> weights, int count, Seed seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        cumulative = new double[weights.Length];
        var total = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0 && double.IsFinite(weights[i])))
                throw new ArgumentException($"weights[{i}] is {weights[i]}; a weight is at least 0 and finite.", nameof(weights));
            cumulative[i] = total += weights[i];
        }
        if (!(total > 0 && double.IsFinite(total)))
            throw new ArgumentException($"the {weights.Length} weights add up to {total}; at least one must be above 0.", nameof(weights));
        (Count, key, drawn) = (count, Seed.Draw(seed), $"{seed}");
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Order(int epoch)
    {
        var random = new RandomStream(key, stream: epoch);
        var order = new int[Count];
        foreach (ref var sample in order.AsSpan()) sample = Find(random.Uniform() * cumulative[^1]);
        return order;
    }

    /// <summary>For checkpoints: drawn by weight with seed 0, draw 1.</summary>
    public override string ToString() => $"{Count} drawn by the weights of {cumulative.Length} samples with {drawn}";

    /// <summary>The first sample whose weight, added to those before it, is above the point; so none of weight 0.</summary>
    private int Find(double point)
    {
        var (low, high) = (0, cumulative.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (cumulative[middle] > point) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
