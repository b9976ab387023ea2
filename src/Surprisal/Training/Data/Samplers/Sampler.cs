namespace Surprisal.Training;

/// <summary>The order in which a loader reads samples; derive from it for an order of your own.</summary>
/// <remarks>
/// An order follows from the epoch and what the sampler was made with, never from what was read before: a resumed run reads the same.
/// <see cref="object.ToString"/> says what decides the order; a checkpoint keeps it, and a training with another one is refused.
/// </remarks>
public abstract class Sampler
{
    /// <summary>Samples an epoch.</summary>
    public abstract int Count { get; }

    /// <summary>The samples of one epoch, <see cref="Count"/> of them in the order in which they are read; one may come several
    /// times.</summary>
    /// <param name="epoch">0 for the first.</param>
    public abstract IReadOnlyList<int> Order(int epoch);
}
