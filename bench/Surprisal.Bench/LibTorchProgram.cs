using System.ComponentModel;
using System.Diagnostics;

namespace Surprisal.Bench;

/// <summary>PyTorch's side: the program in bench/Surprisal.Bench.LibTorch, built and ready to start.</summary>
/// <param name="Path">The program.</param>
/// <param name="Version">What it says that it computes with.</param>
internal sealed record LibTorchProgram(string Path, string Version)
{
    private const string Project = "bench/Surprisal.Bench.LibTorch", Output = $"{Project}/bin/Release/net10.0";

    /// <summary>
    /// Builds it, makes its libraries ready for this system and starts it once. Where that cannot be done, says why in one line and returns
    /// null: the package is large, and there are systems that it is not made for.
    /// </summary>
    public static LibTorchProgram? Build()
    {
        try
        {
            // Without build servers, which would stay and take a share of the processor from what is timed.
            Run("dotnet", "build", RepositoryRoot.Path(Project), "-c", "Release", "-v", "q", "-nologo", "--disable-build-servers");
            if (!OperatingSystem.IsWindows())
                Console.Error.WriteLine(Run(RepositoryRoot.Path("bench/prepare"), RepositoryRoot.Path(Output)));
            var path = RepositoryRoot.Path($"{Output}/Surprisal.Bench.LibTorch.dll");
            using var rival = Rival.PyTorch(path, tuned: false);
            return new LibTorchProgram(path, rival.Version);
        }
        catch (Exception problem) when (problem is InvalidOperationException or Win32Exception or DirectoryNotFoundException)
        {
            Console.Error.WriteLine($"Surprisal alone is timed: {problem.Message}");
            return null;
        }
    }

    /// <summary>What the program says in its last line; its first error where it fails.</summary>
    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        string[] lines = [.. Lines(process.StandardOutput.ReadToEnd()), .. Lines(errors.GetAwaiter().GetResult())];
        process.WaitForExit();
        return process.ExitCode == 0
            ? lines.LastOrDefault("")
            : throw new InvalidOperationException(lines.FirstOrDefault(static line => line.Contains("error", StringComparison.Ordinal))
                ?? lines.LastOrDefault($"{program} ended with {process.ExitCode}."));
    }

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
