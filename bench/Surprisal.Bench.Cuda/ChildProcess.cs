using System.ComponentModel;
using System.Diagnostics;

namespace Surprisal.Bench.Cuda;

/// <summary>A program that is run and waited for, but not for longer than it may take.</summary>
internal static class ChildProcess
{
    /// <summary>How it ended, what it wrote, and the end of what it said beside; a code of -1 where there is no such program.</summary>
    public static (int Code, string Output, string Said) Run(string program, IEnumerable<string> arguments, int seconds)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            var (output, said) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (process.WaitForExit(TimeSpan.FromSeconds(seconds)))
            {
                process.WaitForExit(); // for the streams
                return (process.ExitCode, output.GetAwaiter().GetResult(), End(said.GetAwaiter().GetResult()));
            }
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return (124, output.GetAwaiter().GetResult(), $"took longer than {seconds} s. {End(said.GetAwaiter().GetResult())}");
        }
        catch (Win32Exception missing)
        {
            return (-1, "", missing.Message);
        }
    }

    private static string End(string text) => text.Trim() is { Length: > 2000 } longer ? longer[^2000..] : text.Trim();
}
