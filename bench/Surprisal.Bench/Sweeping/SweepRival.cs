using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Surprisal.Bench.Sweeping;

/// <summary>What Python says: PyTorch's own errors over a part of the floats, and whether the sweep's truth is true.</summary>
internal static class SweepRival
{
    /// <summary>
    /// PyTorch's version and, by function, its largest error, where, and the share of answers that are not the nearest float; empty without
    /// PyTorch.
    /// </summary>
    public static (string Version, Dictionary<string, (double Error, float At, double Share)> Functions) Torch()
    {
        var lines = Ask("torch", []);
        var functions = new Dictionary<string, (double, float, double)>(StringComparer.Ordinal);
        foreach (var line in lines.Skip(1))
            if (line.Split(' ') is [var name, var error, var at, var share])
                functions[name] = (Number(error), (float)Number(at), Number(share));
        return (lines.Length > 0 ? lines[0] : "", functions);
    }

    /// <summary>How many points were compared with mpmath and the largest relative error there; null without mpmath.</summary>
    public static (int Count, double Error)? Truth(IEnumerable<string> points) =>
        Ask("truth", points) is [var line] && line.Split(' ') is [var count, var error]
            ? (int.Parse(count, CultureInfo.InvariantCulture), Number(error))
            : null;

    private static string[] Ask(string what, IEnumerable<string> input)
    {
        try
        {
            var script = Path.Combine(AppContext.BaseDirectory, "sweep.py");
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, what])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false
            })!;
            foreach (var line in input) process.StandardInput.WriteLine(line);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            return [];
        }
    }

    private static double Number(string text) => text == "inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);
}
