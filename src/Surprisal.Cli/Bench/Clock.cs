using System.Diagnostics;

namespace Surprisal.Cli.Bench;

/// <summary>Times and counts what runs in this process.</summary>
internal static class Clock
{
    /// <summary>The milliseconds of a call, once for each batch of calls.</summary>
    public static double[] Milliseconds(Action run, int batches, int calls)
    {
        var times = new double[batches];
        for (var batch = 0; batch < batches; batch++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var call = 0; call < calls; call++) run();
            times[batch] = Stopwatch.GetElapsedTime(start).TotalMilliseconds / calls;
        }
        return times;
    }

    /// <summary>
    /// The bytes that a call allocates on all threads: the least of a few counts, for the runtime now and then allocates for itself.
    /// </summary>
    public static double Allocated(Action run, int calls)
    {
        var min = double.PositiveInfinity;
        for (var count = 0; count < 3; count++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var call = 0; call < calls; call++) run();
            min = Math.Min(min, (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / calls);
        }
        return min;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
