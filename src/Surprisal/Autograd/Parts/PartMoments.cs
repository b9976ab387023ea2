namespace Surprisal;

/// <summary>
/// What batch normalisation has seen of one part of a batch, where each part is normalised by itself: the running statistics move when it
/// is known of all parts.
/// </summary>
internal sealed class PartMoments
{
    [ThreadStatic] private static PartMoments? current;

    /// <summary>The part that this thread computes; null where statistics move at once.</summary>
    public static PartMoments? Current
    {
        get => current;
        set => current = value;
    }

    /// <summary>
    /// A call of each layer, in order: what moves it, the elements of a channel, and each one's mean and biased variance.
    /// </summary>
    public List<(Action<double, double[], double[]> Move, double Count, double[] Mean, double[] Variance)> Calls { get; } = [];
}
