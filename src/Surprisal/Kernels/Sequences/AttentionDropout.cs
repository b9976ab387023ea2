namespace Surprisal.Kernels;

/// <summary>The mask of attention's dropout: of each query and key a number that follows from its place, in whatever order it is asked
/// for.</summary>
/// <param name="probability">How often a weight becomes 0; 0: never, and nothing is drawn.</param>
/// <param name="seed">The layer's seed.</param>
/// <param name="call">How often the layer has drawn before.</param>
/// <param name="before">How many numbers the sequences before the first of this batch have.</param>
internal readonly struct AttentionDropout(double probability, long seed, long call, long before)
{
    public bool IsActive => probability > 0;

    /// <summary>Multiplies neighbours of a row of weights by 0 or 1 / (1 - probability).</summary>
    /// <param name="place">The first one's place among all weights of the batch.</param>
    /// <param name="weights">What is multiplied, in place.</param>
    public void Apply<T>(long place, Span<T> weights) where T : unmanaged, INumberBase<T>
    {
        var random = new RandomStream(seed, stream: call);
        random.Skip(before + place);
        var scale = T.CreateTruncating(probability == 1 ? 0 : 1 / (1 - probability));
        foreach (ref var weight in weights) weight = random.Uniform() < probability ? T.Zero : weight * scale;
    }
}
