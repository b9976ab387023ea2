using System.Diagnostics;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Packages;

/// <summary>The SDK's command, in the checkout or another folder, without servers that outlive it.</summary>
internal static class DotnetProcess
{
    public static async Task<(int Exit, string Output)> Run(string[] arguments, string? folder = null)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder ?? Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false
        };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output + await errors).ReplaceLineEndings("\n"));
    }
}
