using System.ComponentModel;
using System.Diagnostics;

namespace Surprisal.Bench.Scoring;

/// <summary>A program that ran to its end: what it printed, how long it took and the most memory that it had.</summary>
internal sealed record MeasuredProcess(string Output, double Seconds, long PeakBytes)
{
    private const int MillisecondsBetweenLooks = 10;

    /// <summary>Null where the program is not there or fails.</summary>
    public static MeasuredProcess? Run(string program, params string[] arguments)
    {
        try
        {
            var start = Stopwatch.GetTimestamp();
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var output = process.StandardOutput.ReadToEndAsync();
            var peak = 0L;
            while (!process.WaitForExit(MillisecondsBetweenLooks)) peak = Math.Max(peak, Peak(process));
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return process.ExitCode == 0 ? new(output.Result, seconds, peak) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static long Peak(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException) // it has just ended
        {
            return 0;
        }
    }
}
