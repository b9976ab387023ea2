using System.Diagnostics;

namespace Surprisal.Tests.Cli;

/// <summary>The command as its users run it: a process with arguments, two streams and an exit code.</summary>
internal static class CommandProcess
{
    public static (int Exit, string Output, string Errors) Run(params string[] arguments) => RunWith("", arguments);

    /// <summary>The same with a text on its standard input.</summary>
    public static (int Exit, string Output, string Errors) RunWith(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        return Outcome(process, input);
    }

    /// <summary>The same in a folder.</summary>
    public static (int Exit, string Output, string Errors) In(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return Outcome(process, "");
    }

    private static (int Exit, string Output, string Errors) Outcome(Process process, string input)
    {
        if (input.Length > 0) process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    public static Process Start(params string[] arguments) => Start("", arguments);

    private static Process Start(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            WorkingDirectory = folder,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Surprisal.Cli.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
