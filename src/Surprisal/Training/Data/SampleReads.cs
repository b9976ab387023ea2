using System.Runtime.ExceptionServices;

namespace Surprisal.Training;

/// <summary>Reads the samples of a batch on several threads: the thread pool's, for the kernels' have a model's step to do.</summary>
internal static class SampleReads
{
    /// <summary>Runs the function for 0 .. count - 1; where several fail, what the first in order says is thrown.</summary>
    public static void All(int count, Action<int> read)
    {
        var failures = new Exception?[count];
        Parallel.For(0, count, i =>
        {
            try
            {
                read(i);
            }
            catch (Exception error)
            {
                failures[i] = error;
            }
        });
        if (Array.Find(failures, static error => error is not null) is { } first) ExceptionDispatchInfo.Throw(first);
    }
}
