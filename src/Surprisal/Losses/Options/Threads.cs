using Surprisal.Kernels;

namespace Surprisal;

/// <summary>
/// How many threads the library computes with, for the whole process. Neither number changes a bit of any result: work is cut by its size
/// alone.
/// </summary>
/// <remarks>
/// The counterpart of <c>torch.set_num_threads</c> and <c>torch.get_num_threads</c>, and of the grain size that PyTorch's operations have
/// built in. May be set at any time, also while others compute: calls that begin afterwards go by it. The thread on which a data loader
/// makes the next batch is not counted.
/// </remarks>
public static class Threads
{
    /// <summary>
    /// How many threads one call may use, the caller's among them: 1 is the caller's alone. Default:
    /// <see cref="Environment.ProcessorCount"/>; more are of no use.
    /// </summary>
    /// <remarks>Calls from several threads at once do not add up: one of them gets the helpers, each of the others works alone.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public static int Count
    {
        get => Partition.Threads;
        set => Partition.Threads = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Count), value,
                $"Count is {value}; the caller's thread is one of them, so it must be 1 or more.");
    }

    /// <summary>
    /// The elementary operations, about as many as logits, up to which a call stays on its thread: waking another costs about as much.
    /// Default 100,000.
    /// </summary>
    /// <remarks>0 shares all that is more than one block, <see cref="long.MaxValue"/> nothing.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static long SmallestWork
    {
        get => Partition.MinParallelWork;
        set => Partition.MinParallelWork = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(SmallestWork), value,
                $"SmallestWork is {value}; it is a number of operations, so it must be 0 or more.");
    }
}
