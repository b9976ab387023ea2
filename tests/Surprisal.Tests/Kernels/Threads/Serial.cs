using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>Tests that set the number of threads run alone, for that number is one for the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Serial
{
    public const string Name = "serial";

    /// <summary>What <paramref name="run"/> answers on that many threads; the number is put back afterwards.</summary>
    public static T On<T>(int threads, Func<T> run)
    {
        var before = Partition.Threads;
        Partition.Threads = threads;
        try
        {
            return run();
        }
        finally
        {
            Partition.Threads = before;
        }
    }
}
