using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>Tests that set the number of threads run alone, for that number is one for the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Serial
{
    public const string Name = "serial";

    /// <summary>What <paramref name="run"/> answers on that many threads; the numbers are put back afterwards.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="run">The work.</param>
    /// <param name="minParallelWork">From which work on they share it; null for what it is.</param>
    public static T On<T>(int threads, Func<T> run, long? minParallelWork = null)
    {
        var before = (Partition.Threads, Partition.MinParallelWork);
        (Partition.Threads, Partition.MinParallelWork) = (threads, minParallelWork ?? before.MinParallelWork);
        try
        {
            return run();
        }
        finally
        {
            (Partition.Threads, Partition.MinParallelWork) = before;
        }
    }
}
