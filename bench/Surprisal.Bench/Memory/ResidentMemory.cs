using System.Globalization;

namespace Surprisal.Bench.Memory;

/// <summary>The resident memory of this process, as Linux counts it.</summary>
internal static class ResidentMemory
{
    private const int MinorFaults = 7; // behind the name, which ends with the last parenthesis: proc(5), "stat"

    /// <summary>
    /// What the first calls need at most above what the process had before them, in bytes, and the fresh pages of a later call.
    /// </summary>
    /// <param name="run">A call.</param>
    /// <param name="calls">How many to warm up with, and how many to count pages of.</param>
    public static double[] Measure(Action run, int calls)
    {
        GC.Collect();
        File.WriteAllText("/proc/self/clear_refs", "5"); // the peak is from now on
        var before = Status("VmRSS");
        for (var call = 0; call < calls; call++) run();
        var faults = Faults();
        for (var call = 0; call < calls; call++) run();
        return [Status("VmHWM") - before, (Faults() - faults) / (double)calls];
    }

    private static long Status(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith($"{name}:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }

    private static long Faults()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[MinorFaults], CultureInfo.InvariantCulture);
    }
}
