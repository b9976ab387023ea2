using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>
/// States that threads count into, each into its own, until the whole is asked for: integers and exact sums, which add up to the same bits
/// whoever counted what. No thread waits for another within a batch.
/// </summary>
internal sealed class CountsApart(MetricOptions options)
{
    /// <summary>A state has up to 25 MB; more threads share one, and count class by class.</summary>
    private const int MostThreads = 4;

    /// <summary>So many chunks a thread, at least, that the last of them are a small part of the time.</summary>
    private const int ChunksPerThread = 4;

    private readonly MetricOptions options = options;
    private readonly Stack<ClassificationState> idle = new();

    /// <summary>Whether a batch of so many chunks is worth a state of each thread.</summary>
    public static bool Fits(int chunks) => Partition.Threads is > 1 and <= MostThreads && chunks >= ChunksPerThread * Partition.Threads;

    /// <summary>Counts the chunks of a batch; <paramref name="whole"/> gets them with <see cref="AddTo"/>.</summary>
    public void Run<TScore, T>(ClassificationState whole, ScoreChunks<TScore, T> chunks)
        where TScore : unmanaged, IFloatingPointIeee754<TScore>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var each = new AddChunks<TScore, T>(this, whole.IsWeighted, chunks);
        Partition.For(chunks.Count, long.MaxValue / chunks.Count, ref each);
    }

    /// <summary>Moves what was counted to the whole.</summary>
    public void AddTo(ClassificationState whole)
    {
        while (idle.TryPop(out var part)) whole.Add(part);
    }

    private readonly ref struct AddChunks<TScore, T>(CountsApart counts, bool isWeighted, ScoreChunks<TScore, T> chunks) : IParallelBody
        where TScore : unmanaged, IFloatingPointIeee754<TScore>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly CountsApart counts = counts;
        private readonly bool isWeighted = isWeighted;
        private readonly ScoreChunks<TScore, T> chunks = chunks;

        public void Run(int chunk)
        {
            ClassificationState? state;
            lock (counts.idle) counts.idle.TryPop(out state);
            state ??= new(counts.options);
            if (isWeighted) state.UseWeights();
            chunks.Add(chunk, state);
            lock (counts.idle) counts.idle.Push(state);
        }
    }
}
