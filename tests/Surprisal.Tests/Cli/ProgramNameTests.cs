using System.Diagnostics;
using Surprisal.Tests.Packages;

namespace Surprisal.Tests.Cli;

/// <summary>The program is called surprisal wherever it is seen: as a file, in its usage, and where dotnet run starts it.</summary>
public sealed class ProgramNameTests
{
    private static readonly string file = OperatingSystem.IsWindows() ? "surprisal.exe" : "surprisal";

    [Fact]
    public void TheExecutableIsCalledSurprisal()
    {
        using var process = Process.Start(
            new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, file), ["--help"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        Assert.Contains("Usage:\n  surprisal [command] [options]\n", process.StandardOutput.ReadToEnd().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.False(File.Exists(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Surprisal.Cli.exe" : "Surprisal.Cli")));
    }

    [Theory]
    [InlineData("", "surprisal [command] [options]")]
    [InlineData("train", "surprisal train [options]")]
    [InlineData("bench", "surprisal bench [options]")]
    [InlineData("loss", "surprisal loss [command] [options]")]
    public void UsageSaysSurprisal(string command, string usage) =>
        Assert.Contains($"Usage:\n  {usage}\n", CommandProcess.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Output
            .ReplaceLineEndings("\n"), StringComparison.Ordinal);

    [Fact]
    public async Task DotnetRunStartsIt()
    {
        var (exit, output) = await DotnetProcess.Run(["msbuild", "src/Surprisal.Cli", "-t:ComputeRunArguments", "-getProperty:RunCommand"]);
        Assert.Equal(0, exit);
        Assert.Equal(file, Path.GetFileName(output.Trim()));
    }

    /// <summary>Where file systems take surprisal.dll for Surprisal.dll, one of two such files in a folder is lost.</summary>
    [Fact]
    public void NoTwoFilesDifferOnlyInCase() =>
        Assert.Empty(Directory.EnumerateFileSystemEntries(AppContext.BaseDirectory).Select(static path => Path.GetFileName(path))
            .GroupBy(static name => name, StringComparer.OrdinalIgnoreCase).Where(static same => same.Count() > 1).Select(static same => same.Key));
}
