using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>
/// Draws samples with replacement, each as often as its weight says: rare classes come as often as frequent ones where a sample weighs 1 /
/// the count of its class.
/// </summary>
/// <example><c>new DataLoader(train, 32, WeightedRandomSampler.Balanced(train, random))</c></example>
public sealed class WeightedRandomSampler : Sampler
{
    // 52 bits reach each of many samples, and their product with a sum stays below it.
    private const double Step = 1.0 / (1L << 52);

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

    /// <summary>
    /// Draws as many samples an epoch as there are, each class as often as any other: a sample weighs 1 / the count of its class. One of no
    /// class (-100) is never drawn.
    /// </summary>
    /// <param name="dataset">The part to train on; one class a sample.</param>
    /// <param name="seed">Decides the draws of all epochs, with its next number.</param>
    /// <exception cref="ArgumentException">Each pixel has a class, or no sample has one.</exception>
    public static WeightedRandomSampler Balanced(Dataset dataset, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (dataset.TargetShape.Rank > 0)
            throw new ArgumentException(
                $"dataset has targets of shape {dataset.TargetShape}; one class a sample is needed.", nameof(dataset));
        var counts = dataset.CountTargets();
        var weights = new double[dataset.Count];
        for (var i = 0; i < weights.Length; i++)
            if (dataset.Target(i) is >= 0 and var target) weights[i] = 1.0 / counts[target];
        return new WeightedRandomSampler(weights, weights.Length, seed);
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Order(int epoch)
    {
        var random = new RandomStream(key, stream: epoch);
        var order = new int[Count];
        foreach (ref var sample in order.AsSpan()) sample = Find((random.Next() >> 12) * Step * cumulative[^1]);
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
