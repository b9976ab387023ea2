using System.Runtime.ExceptionServices;
using Surprisal.Training;

namespace Surprisal.Mpi;

/// <summary>Ranks that are threads of this process: what a cluster does, without one and without MPI.</summary>
/// <example><code>
/// var sums = new int[4];
/// Loopback.Run(4, group =>
/// {
///     var all = new byte[4];
///     group.AllGather(new byte[] { (byte)group.Rank }, all).Wait();
///     foreach (var rank in all) sums[group.Rank] += rank;
/// });
/// Console.WriteLine(string.Join(" ", sums));      // 6 6 6 6
/// </code></example>
public static class Loopback
{
    /// <summary>Runs a function once for each rank, all at the same time, and returns when all have ended.</summary>
    /// <param name="ranks">How many; at least 1.</param>
    /// <param name="body">Gets the group as its rank sees it.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than one rank.</exception>
    /// <remarks>What one of them throws ends the others where they wait for it, and is thrown here.</remarks>
    public static void Run(int ranks, Action<ProcessGroup> body)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        ArgumentNullException.ThrowIfNull(body);
        var hub = new LoopbackHub(ranks);
        Exception? failure = null;
        var threads = Enumerable.Range(0, ranks).Select(rank => new Thread(() =>
        {
            try
            {
                body(new LoopbackGroup(hub, rank));
            }
            catch (Exception error)
            {
                if (error is not OperationCanceledException) Interlocked.CompareExchange(ref failure, error, null);
                hub.Fail();
            }
        }) { IsBackground = true, Name = $"rank {rank}" }).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }
}
