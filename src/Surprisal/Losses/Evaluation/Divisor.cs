using Surprisal.Kernels;

namespace Surprisal;

/// <summary>What a mean divides by, and whether nothing at all entered it.</summary>
internal readonly record struct Divisor(double Value, bool Empty)
{
    /// <summary>The number of losses, or where they have sample weights the sum of those.</summary>
    public static Divisor Of<T>(double count, ReadOnlySpan<T> sampleWeights) where T : unmanaged, INumberBase<T> =>
        sampleWeights.IsEmpty ? new(count, count == 0) : new(Reductions.Sum(sampleWeights), !sampleWeights.ContainsAnyExcept(T.Zero));
}
